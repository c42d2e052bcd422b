import { progressPrinter, type ProgressPrinter } from './terminal/progress-printer.js';

/** What every command's work gets. */
export interface InterruptibleContext {
  readonly printer: ProgressPrinter;
  /** Aborted by Ctrl-C and by SIGTERM. */
  readonly signal: AbortSignal;
}

/** Runs a command's work so that Ctrl-C ends it in order; a second one ends the process at once. */
export async function runInterruptibly<Result>(
  work: (context: InterruptibleContext) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  const abort = () => {
    controller.abort();
    process.removeListener('SIGINT', abort);
    process.removeListener('SIGTERM', abort);
  };
  process.on('SIGINT', abort);
  process.on('SIGTERM', abort);
  const printer = progressPrinter();
  try {
    return await work({ printer, signal: controller.signal });
  } finally {
    printer.finish();
    process.removeListener('SIGINT', abort);
    process.removeListener('SIGTERM', abort);
  }
}
