import type { Runtime } from '@graft-ml/core';
import { nodeRuntime, type NodeRuntimeOptions } from '../node-runtime.js';
import { runInterruptibly, type InterruptibleContext } from './run-interruptibly.js';

/** What a command's work gets. */
export interface CommandContext extends InterruptibleContext {
  readonly runtime: Runtime;
}

/** Opens the runtime for a command's work, and closes it however the work ends. */
export async function runWithRuntime<Result>(
  work: (context: CommandContext) => Promise<Result>,
  options: NodeRuntimeOptions = {},
): Promise<Result> {
  return runInterruptibly(async (context) => {
    const runtime = nodeRuntime({ onWarning: context.printer.note, ...options });
    try {
      return await work({ ...context, runtime });
    } finally {
      // A bar that is being drawn ends before anything that closing may say.
      context.printer.finish();
      await runtime.close();
    }
  });
}
