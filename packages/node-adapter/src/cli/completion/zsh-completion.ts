import { allCommands, type CompletedCommand, type CompletedOption } from './completion-tree.js';

/** A script that tells zsh what may stand where. It starts nothing: all it knows stands in it. */
export function zshCompletion(tree: CompletedCommand): string {
  return `#compdef graft
# zsh completion for graft; made by: graft completion zsh
${allCommands(tree).map(zshFunction).join('\n')}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  _graft "$@"
else
  compdef _graft graft
fi
`;
}

function functionName(path: readonly string[]): string {
  return ['_graft', ...path].join('_').replaceAll('-', '_');
}

function zshFunction({ path, options, children, values }: CompletedCommand): string {
  const specs = options.flatMap(optionSpecs);
  if (children.length === 0) {
    const rest = values.length > 0 ? `'*:value:(${values.join(' ')})'` : `'*:file:_files'`;
    return `${functionName(path)}() {\n  _arguments -s \\\n${[...specs, rest].map((spec) => `    ${spec}`).join(' \\\n')}\n}`;
  }
  const commands = children.map((child) => `      ${quoted(`${child.path.at(-1) ?? ''}:${plain(child.description)}`)}`);
  const cases = children.map((child) => `        ${child.path.at(-1) ?? ''}) ${functionName(child.path)} ;;`);
  return `${functionName(path)}() {
  local context state state_descr line
  typeset -A opt_args
  _arguments -C \\
${[...specs, "'1: :->command'", "'*:: :->arguments'"].map((spec) => `    ${spec}`).join(' \\\n')}
  case $state in
    command)
      local -a commands=(
${commands.join('\n')}
      )
      _describe -t commands command commands ;;
    arguments)
      case $line[1] in
${cases.join('\n')}
      esac ;;
  esac
}`;
}

function optionSpecs({ names, description, takesValue, values, path }: CompletedOption): string[] {
  const text = plain(description).replaceAll('[', '\\[').replaceAll(']', '\\]');
  const files = path === 'folder' ? '_files -/' : '_files';
  const action =
    values.length === 0
      ? path === undefined
        ? ' '
        : files
      : `(${values.map((one) => one.replaceAll(':', '\\:')).join(' ')})`;
  const value = takesValue ? `:value:${action}` : '';
  // May be given again: some options collect, and the others take the last.
  return names.map((name) => quoted(`*${name}${takesValue && name.startsWith('--') ? '=' : ''}[${text}]${value}`));
}

/** Without what has a meaning in a list of \`name:description\`. */
function plain(text: string): string {
  return text.replaceAll(':', ' -').replace(/\s+/g, ' ');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
