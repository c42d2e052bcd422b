import { datasetFingerprint, runFeatureJob, type FeatureJobResult } from '@graft-ml/core';
import type { Shard } from '@graft-ml/core/shards';
import { openGrouped } from '../datasets/open-training-data.js';
import { buildFromSettings } from './build-from-settings.js';
import { openTrainingRun, trainingJobSettings, type TrainContext, type TrainSettings } from './train-folder.js';

/** What {@link runTrainingFeatures} gives back. */
export interface TrainingFeaturesResult extends FeatureJobResult {
  /** Of all samples, of all shards. */
  readonly fingerprint: string;
  readonly engine: string;
}

/**
 * Runs one shard of what `trainFolder` with these settings, or `crossValidateFolder`, would run through the backbone, and leaves
 * the activations in the context's cache.
 *
 * @param job.isForFolds - Whether a cross-validation is to take them, which trains on every image. Default: false.
 */
export async function runTrainingFeatures(
  folder: string,
  job: { readonly settings: TrainSettings; readonly shard: Shard; readonly isForFolds?: boolean | undefined },
  context: TrainContext,
): Promise<TrainingFeaturesResult> {
  const { settings, shard, isForFolds = false } = job;
  const { runtime, signal, onProgress, onNote } = context;
  const opened = isForFolds ? undefined : await openTrainingRun(folder, settings, context);
  const sight = { ...context, images: runtime.images, cache: runtime.cache };
  const dataset = opened?.dataset ?? (await openGrouped(folder, settings, sight));
  const model = await buildFromSettings(settings, context);
  try {
    const result = await runFeatureJob(model, dataset, {
      ...(opened?.job ?? trainingJobSettings(settings)),
      shard,
      trainsOnAll: isForFolds,
      seed: settings.seed,
      signal,
      onProgress,
      onWarning: onNote,
    });
    return { ...result, fingerprint: datasetFingerprint(dataset.samples), engine: model.parts.engine.name };
  } finally {
    await model.dispose();
  }
}
