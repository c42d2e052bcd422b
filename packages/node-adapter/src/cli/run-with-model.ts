import { loadTransferModel, type RunModelOptions, type TransferModel } from '@graft-ml/core';
import { runWithRuntime, type CommandContext } from './run-with-runtime.js';

/** What work with a saved model gets. */
export interface ModelContext extends CommandContext {
  readonly model: TransferModel;
  /** Progress, warnings and Ctrl-C, as the model's methods take them. */
  readonly options: RunModelOptions;
}

/** Loads a saved model for a command's work, and lets go of it however the work ends. */
export async function runWithModel(
  folder: string,
  flags: { readonly weights?: string; readonly engine: string },
  work: (context: ModelContext) => Promise<void>,
): Promise<void> {
  await runWithRuntime(async (context) => {
    const { runtime, printer, signal } = context;
    const options = { signal, onProgress: printer.listener, onWarning: printer.note };
    const { weights, engine } = flags;
    const model = await loadTransferModel(folder, { runtime, weights, engine, ...options });
    try {
      await work({ ...context, model, options });
    } finally {
      await model.dispose();
    }
  });
}
