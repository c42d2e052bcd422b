/** How results may look where they are printed. */
export interface TerminalStyle {
  /** Only on a terminal, and not where the user has said no: https://no-color.org. */
  readonly colors: boolean;
  /** Columns, from 60 to 100; 80 where it is no terminal. */
  readonly width: number;
}

/** What standard output allows. */
export function terminalStyle(
  stream: Pick<NodeJS.WriteStream, 'isTTY' | 'columns'> = process.stdout,
  environment: NodeJS.ProcessEnv = process.env,
): TerminalStyle {
  const refused = (environment['NO_COLOR'] ?? '') !== '' || environment['TERM'] === 'dumb';
  const width = stream.isTTY ? Math.min(100, Math.max(60, stream.columns || 80)) : 80;
  return { colors: stream.isTTY && !refused, width };
}
