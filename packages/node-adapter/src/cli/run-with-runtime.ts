import type { Runtime } from '@graft-ml/core';
import { nodeRuntime, type NodeRuntimeOptions } from '../node-runtime.js';
import { progressPrinter, type ProgressPrinter } from './terminal/progress-printer.js';

/** What a command's work gets. */
export interface CommandContext {
  readonly runtime: Runtime;
  readonly printer: ProgressPrinter;
  /** Aborted by Ctrl-C and by SIGTERM. */
  readonly signal: AbortSignal;
}

/** Opens the runtime for a command's work, and closes it however the work ends. */
export async function runWithRuntime<Result>(
  work: (context: CommandContext) => Promise<Result>,
  options: NodeRuntimeOptions = {},
): Promise<Result> {
  const controller = new AbortController();
  const abort = () => {
    controller.abort();
    // A second Ctrl-C ends the process at once.
    process.removeListener('SIGINT', abort);
    process.removeListener('SIGTERM', abort);
  };
  process.on('SIGINT', abort);
  process.on('SIGTERM', abort);
  const runtime = nodeRuntime(options);
  const printer = progressPrinter();
  try {
    return await work({ runtime, printer, signal: controller.signal });
  } finally {
    printer.finish();
    await runtime.close();
    process.removeListener('SIGINT', abort);
    process.removeListener('SIGTERM', abort);
  }
}
