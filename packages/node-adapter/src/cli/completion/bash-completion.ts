import { allCommands, type CompletedCommand, type CompletedOption } from './completion-tree.js';

/** A script that tells bash what may stand where. It starts nothing: all it knows stands in it. */
export function bashCompletion(tree: CompletedCommand): string {
  const commands = allCommands(tree);
  return `# bash completion for graft; made by: graft completion bash
_graft() {
  # bash takes words apart at = and :, as in --engine=onnxruntime:cuda.
  local current=\${COMP_WORDS[COMP_CWORD]} at=$COMP_CWORD prefix='' previous
  if [[ $current == : ]]; then
    prefix=\${COMP_WORDS[at-1]}: current=$prefix at=$((at - 1))
  elif [[ \${COMP_WORDS[at-1]} == : ]]; then
    prefix=\${COMP_WORDS[at-2]}: current=$prefix$current at=$((at - 2))
  fi
  previous=\${COMP_WORDS[at-1]}
  if [[ $current == = ]]; then
    current=''
  elif [[ $previous == = ]]; then
    previous=\${COMP_WORDS[at-2]}
  fi
  _graft_words "$current" "$previous"
  COMPREPLY=("\${COMPREPLY[@]#"$prefix"}")
}
_graft_words() {
  local current=$1 previous=$2 command='' word place
  for ((place = 1; place < COMP_CWORD; place++)); do
    word=\${COMP_WORDS[place]}
    case "$command $word" in
${commands
  .slice(1)
  .map(({ path }) => `      '${bashKey(path)}') command='${bashKey(path)}' ;;`)
  .join('\n')}
    esac
  done
  local options='' words=''
  case "$command $previous" in
${commands.flatMap(({ path, options }) => options.flatMap((option) => valueCase(path, option))).join('\n')}
  esac
  case "$command" in
${commands.map(commandCase).join('\n')}
  esac
  if [[ $current == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$options" -- "$current")
  elif [[ -n $words ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
  else
    COMPREPLY=()
  fi
}
complete -o bashdefault -o default -F _graft graft
`;
}

function bashKey(path: readonly string[]): string {
  return path.map((name) => ` ${name}`).join('');
}

function valueCase(path: readonly string[], { names, takesValue, values, path: kind }: CompletedOption): string[] {
  if (!takesValue) return [];
  const patterns = names.map((name) => `'${bashKey(path)} ${name}'`).join('|');
  const words = values.length > 0 ? `compgen -W '${values.join(' ')}' -- "$current"` : '';
  // Without an answer bash offers files.
  const folders = kind === 'folder' ? 'compgen -d -- "$current"' : '';
  const sources = [words, folders].filter((source) => source !== '').join('; ');
  const offer = sources === '' ? 'COMPREPLY=()' : `mapfile -t COMPREPLY < <(${sources})`;
  return [`    ${patterns}) ${offer}; return ;;`];
}

function commandCase({ path, options, children, values }: CompletedCommand): string {
  const names = options.flatMap((option) => option.names).join(' ');
  const words = [...children.map((child) => child.path.at(-1) ?? ''), ...values].join(' ');
  return `    '${bashKey(path)}') options='${names}' words='${words}' ;;`;
}
