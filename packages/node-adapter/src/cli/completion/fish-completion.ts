import { allCommands, type CompletedCommand, type CompletedOption } from './completion-tree.js';

/** A script that tells fish what may stand where. It starts nothing: all it knows stands in it. */
export function fishCompletion(tree: CompletedCommand): string {
  const commands = allCommands(tree);
  return `# fish completion for graft; made by: graft completion fish
# Tells whether exactly these commands have been given.
function __graft_at
    set -l given
    for word in (commandline -opc)[2..-1]
        switch "$given $word"
            case ${commands
              .slice(1)
              .map(({ path }) => `' ${path.join(' ')}'`)
              .join(' ')}
                set given "$given $word"
        end
    end
    test "$given" = "$argv[1]"
end
complete -c graft -e
${commands.flatMap(fishLines).join('\n')}
`;
}

function fishLines({ path, options, children, values }: CompletedCommand): string[] {
  const place = `complete -c graft -n "__graft_at '${path.map((name) => ` ${name}`).join('')}'"`;
  return [
    ...children.map((child) => `${place} -f -a ${quoted(child.path.at(-1) ?? '')} -d ${quoted(child.description)}`),
    ...(values.length > 0 ? [`${place} -f -a ${quoted(values.join(' '))}`] : []),
    ...options.map((option) => `${place} ${optionFlags(option)}`),
  ];
}

function optionFlags({ names, description, takesValue, values, path }: CompletedOption): string {
  const flags = names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`));
  const list = values.length > 0 ? ` -a ${quoted(values.join(' '))}` : '';
  const folders = path === 'folder' ? ` -a '(__fish_complete_directories)'` : '';
  const value = takesValue ? ` -r${path === 'file' ? '' : ' -f'}${list}${folders}` : '';
  return `${flags.join(' ')}${value} -d ${quoted(description)}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", String.raw`\'`)}'`;
}
