import { CommanderError } from 'commander';
import { useConfig } from './config/use-config.js';
import { createProgram } from './program.js';

const words = process.argv.slice(2);
const verbose = words.includes('--verbose');

// `graft … | head` closes our output early: that is the reader's right, not an error.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
}

async function run(): Promise<void> {
  const program = createProgram();
  const config = await useConfig(program, words);
  if (config !== undefined) process.stderr.write(`settings from ${config}\n`);
  await program.parseAsync();
}

run().catch(async (error: unknown) => {
  // Commander has printed its own message by now: usage errors end with 2, help and version with 0.
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else {
    // Loaded only now: it knows the library's errors, and --help should not wait for the library.
    const { exitCodeOf, printError } = await import('./report-error.js');
    printError(error, { verbose });
    process.exitCode = exitCodeOf(error);
  }
});
