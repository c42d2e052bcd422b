/** Examples below a command's help, each a line as it is typed: `.addHelpText('after', examples('graft demo'))`. */
export function examples(...lines: readonly string[]): string {
  return `\n${lines.length === 1 ? 'Example' : 'Examples'}:\n${lines.map((line) => `  ${line}`).join('\n')}`;
}
