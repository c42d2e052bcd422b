import { progressPrinter, type ProgressPrinter } from './terminal/progress-printer.js';

/** What every command's work gets. */
export interface InterruptibleContext {
  readonly printer: ProgressPrinter;
  /** Aborted by Ctrl-C, by SIGTERM, and by SIGHUP: a terminal that was closed. */
  readonly signal: AbortSignal;
}

const interruptions = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs a command's work so that Ctrl-C ends it in order. A second one ends the process at once: it is left to the system, since
 * an engine may keep this thread busy for seconds, and a handler of ours would wait for it.
 */
export async function runInterruptibly<Result>(
  work: (context: InterruptibleContext) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  const printer = progressPrinter();
  const stopListening = () => interruptions.forEach((signal) => process.removeListener(signal, interrupt));
  const interrupt = (signal: (typeof interruptions)[number]): void => {
    stopListening();
    // Nothing is drawn from here on, so that the shell's prompt finds a line of its own.
    if (signal === 'SIGINT') printer.note('stopping; Ctrl-C again ends at once');
    printer.close();
    controller.abort();
  };
  for (const signal of interruptions) process.on(signal, interrupt);
  try {
    return await work({ printer, signal: controller.signal });
  } finally {
    printer.finish();
    stopListening();
  }
}
