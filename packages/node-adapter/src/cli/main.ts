import { CommanderError } from 'commander';
import { createProgram } from './program.js';

const verbose = process.argv.includes('--verbose');

// `graft … | head` closes our output early: that is the reader's right, not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

createProgram()
  .parseAsync()
  .catch(async (error: unknown) => {
    // Commander has printed its own message by now: usage errors end with 2, help and version with 0.
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
    else {
      // Loaded only now: it knows the library's errors, and --help should not wait for the library.
      const { exitCodeOf, printError } = await import('./report-error.js');
      printError(error, { verbose });
      process.exitCode = exitCodeOf(error);
    }
  });
