import { loadTransferModel, runHeadJob, runTestJob, type TrainedHead } from '@graft-ml/core';
import { buildFromSettings } from './build-from-settings.js';
import {
  finishTraining,
  openTrainingRun,
  type TrainContext,
  type TrainFolderResult,
  type TrainSettings,
} from './train-folder.js';

/** What {@link trainHeadOfFolder} trains and {@link testHeadOfFolder} tests. */
export interface HeadOfFolder {
  readonly settings: TrainSettings;
  /** The folder where the one leaves the trained model, and the other finds it. */
  readonly model: string;
}

/**
 * The first part of `trainFolder`: trains, and saves the model with nothing that only its test can tell. Another machine may
 * test it: {@link testHeadOfFolder}.
 *
 * @returns Plain data, which the test needs.
 * @throws What `trainFolder` throws.
 */
export async function trainHeadOfFolder(
  folder: string,
  { settings, model: target }: HeadOfFolder,
  context: TrainContext,
): Promise<TrainedHead> {
  const { dataset, job } = await openTrainingRun(folder, settings, context);
  const model = await buildFromSettings(settings, context);
  try {
    const trained = await runHeadJob(model, dataset, job);
    await model.save(target);
    return trained;
  } finally {
    await model.dispose();
  }
}

/**
 * The second part of `trainFolder`: tests what {@link trainHeadOfFolder} trained, and saves it with its report. Model and result
 * are those of `trainFolder`.
 *
 * @param job.trained - What the training gave back.
 * @throws What `trainFolder` throws.
 */
export async function testHeadOfFolder(
  folder: string,
  job: HeadOfFolder & { readonly trained: TrainedHead },
  context: TrainContext,
): Promise<TrainFolderResult> {
  const { settings, trained } = job;
  const { dataset, split, job: options } = await openTrainingRun(folder, settings, context);
  const { runtime, signal, onProgress, onNote: onWarning } = context;
  const { weights, engine } = settings;
  const model = await loadTransferModel(job.model, { runtime, weights, engine, signal, onProgress, onWarning });
  try {
    const result = await runTestJob(model, dataset, { ...options, trained });
    return await finishTraining({ location: folder, model, dataset, split, result, settings }, context);
  } finally {
    await model.dispose();
  }
}
