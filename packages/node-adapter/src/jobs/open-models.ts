import { loadTransferModel, type LoadOptions, type TransferModel } from '@graft-ml/core';

/** Loads saved models for some work, one after the other, and lets go of them however the work ends. */
export async function withModels<Result>(
  folders: readonly string[],
  options: LoadOptions,
  work: (models: readonly TransferModel[]) => Promise<Result>,
): Promise<Result> {
  const models: TransferModel[] = [];
  try {
    for (const folder of folders) models.push(await loadTransferModel(folder, options));
    return await work(models);
  } finally {
    for (const model of models) await model.dispose();
  }
}
