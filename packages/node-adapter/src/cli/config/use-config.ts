import type { Command } from 'commander';

/** Commands that no setting may change: they must work whatever the file holds. */
const withoutConfig: ReadonlySet<string> = new Set(['completion', 'help']);

/**
 * Reads the config file before the command line is read, for it may hold what a command requires.
 * @param words - The command line's, without the program's name.
 * @returns The file's name; undefined if there is none.
 * @throws ConfigError for a file that cannot be used.
 */
export async function useConfig(program: Command, words: readonly string[]): Promise<string | undefined> {
  const [first = ''] = words.filter((word) => !word.startsWith('-'));
  if (withoutConfig.has(first) || !program.commands.some((command) => command.name() === first)) return undefined;
  if (words.some((word) => word === '--help' || word === '-h')) return undefined;
  const { readConfigFile } = await import('./read-config-file.js');
  const config = await readConfigFile(namedFile(words), process.cwd());
  if (config === undefined) return undefined;
  const { applyConfig } = await import('./apply-config.js');
  applyConfig(program, config);
  return config.file;
}

/** The last one counts, as with every flag. */
function namedFile(words: readonly string[]): string | undefined {
  const before = words.includes('--') ? words.slice(0, words.indexOf('--')) : words;
  const [joined] = before.filter((word) => word.startsWith('--config=')).slice(-1);
  const place = before.lastIndexOf('--config');
  return place >= 0 ? before[place + 1] : joined?.slice('--config='.length);
}
