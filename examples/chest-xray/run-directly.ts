import { pathToFileURL } from 'node:url';

/** Runs a script's main function if the script was started itself, not imported by another file. */
export async function runDirectly(moduleUrl: string, main: (args: string[]) => Promise<void>): Promise<void> {
  const started = process.argv[1];
  if (started === undefined || pathToFileURL(started).href !== moduleUrl) return;
  await main(process.argv.slice(2));
}
