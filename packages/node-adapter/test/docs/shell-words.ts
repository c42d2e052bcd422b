/** One command of a shell block. */
export interface ShellCommand {
  /** Variables set in front of it. */
  readonly environment: Readonly<Record<string, string>>;
  readonly words: readonly string[];
  /** From 0, in the block. */
  readonly line: number;
}

/**
 * Takes a block of a shell apart as far as documentation needs it: quotes, comments, continued lines, variables set in front,
 * `&&`, `|`. Redirections end a command.
 *
 * @throws Error for what it does not know, such as a substitution, so that nothing is passed over in silence.
 */
export function shellCommands(block: string): ShellCommand[] {
  const commands: ShellCommand[] = [];
  const lines = block.split('\n');
  for (let i = 0; i < lines.length; i++) {
    const line = i;
    let text = lines[i] ?? '';
    while (text.endsWith('\\')) text = `${text.slice(0, -1)} ${lines[++i] ?? ''}`;
    for (const part of parts(text.replace(/^\$ /, ''))) {
      const environment: Record<string, string> = {};
      let start = 0;
      for (; start < part.length; start++) {
        const variable = /^([A-Z_][A-Z0-9_]*)=(.*)$/.exec(part[start] ?? '');
        if (variable === null) break;
        environment[variable[1] ?? ''] = variable[2] ?? '';
      }
      if (start < part.length) commands.push({ environment, words: part.slice(start), line });
    }
  }
  return commands;
}

function parts(text: string): string[][] {
  if (/\$\(|<<|`/.test(text)) throw new Error(`the shell line is not understood: ${text}`);
  const all: string[][] = [[]];
  let redirected = false;
  for (const [token] of text.matchAll(
    /'[^']*'|"[^"]*"|#.*$|&&|\|\||[|;]|[<>]+|(?:[^\s'"|;&<>#]|\b#|'[^']*'|"[^"]*")+/g,
  )) {
    if (token.startsWith('#')) break;
    if (/^(&&|\|\||[|;])$/.test(token)) {
      all.push([]);
      redirected = false;
    } else if (/^[<>]+$/.test(token)) redirected = true;
    else if (!redirected) all.at(-1)?.push(token.replace(/'([^']*)'|"([^"]*)"/g, '$1$2'));
  }
  return all.filter((words) => words.length > 0);
}
