/** How results may look where they are printed. */
export interface TerminalStyle {
  /** Only on a terminal, unless the user has said no or always: https://no-color.org, https://force-color.org. */
  readonly colors: boolean;
  /** Columns, from 60 to 100; 80 where it is no terminal. */
  readonly width: number;
}

/** What standard output allows. */
export function terminalStyle(
  stream: Pick<NodeJS.WriteStream, 'isTTY' | 'columns'> = process.stdout,
  environment: NodeJS.ProcessEnv = process.env,
): TerminalStyle {
  const { NO_COLOR = '', FORCE_COLOR = '', TERM } = environment;
  // As commander decides for help: NO_COLOR first, then FORCE_COLOR, of which 0 and false are a no.
  const refused = NO_COLOR !== '' || FORCE_COLOR === '0' || FORCE_COLOR === 'false';
  const wanted = FORCE_COLOR !== '' || (stream.isTTY && TERM !== 'dumb');
  const width = stream.isTTY ? Math.min(100, Math.max(60, stream.columns || 80)) : 80;
  return { colors: wanted && !refused, width };
}
