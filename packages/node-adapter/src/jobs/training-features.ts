import { datasetFingerprint, getPreset, runFeatureJob, type FeatureJobResult } from '@graft-ml/core';
import type { Shard } from '@graft-ml/core/shards';
import { openGrouped, openTrainingData } from '../datasets/open-training-data.js';
import { buildFromSettings } from './build-from-settings.js';
import { givenJobSettings, type TrainContext, type TrainSettings } from './train-folder.js';

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
 * @param job.folds - Of a cross-validation. None by default.
 */
export async function runTrainingFeatures(
  folder: string,
  job: { readonly settings: TrainSettings; readonly shard: Shard; readonly folds?: number | undefined },
  context: TrainContext,
): Promise<TrainingFeaturesResult> {
  const { settings, shard, folds } = job;
  const { runtime, signal, onProgress, onNote } = context;
  const preset = settings.preset === undefined ? undefined : getPreset(settings.preset, settings);
  const jobSettings = { ...preset?.job, ...givenJobSettings(settings) };
  const sizes = settings.split === undefined ? jobSettings : settings;
  const data = { ...settings, testSize: sizes.testSize, validationSize: sizes.validationSize };
  const sight = { ...context, images: runtime.images, cache: runtime.cache };
  const { dataset, split } =
    folds === undefined
      ? await openTrainingData(folder, data, sight)
      : { dataset: await openGrouped(folder, settings, sight), split: undefined };
  const model = await buildFromSettings(settings, context);
  try {
    const result = await runFeatureJob(model, dataset, {
      ...jobSettings,
      split,
      shard,
      trainsOnAll: folds !== undefined,
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
