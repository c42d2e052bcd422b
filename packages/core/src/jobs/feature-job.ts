import type { Dataset } from '../dataset/dataset.js';
import type { Shard } from '../dataset/shard.js';
import type { SkippedImage } from '../model/collect-features.js';
import type { TransferModel } from '../model/transfer-model.js';
import type { TrainingJobOptions } from './training-job.js';

/** Options of {@link runFeatureJob}: those of the training that the activations are for. */
export interface FeatureJobOptions extends TrainingJobOptions {
  /** The part of the images to run. */
  readonly shard: Shard;
  /** Whether every image is trained on at some time, as in a cross-validation. Default: the split's training samples are. */
  readonly trainsOnAll?: boolean | undefined;
}

/** What {@link runFeatureJob} gives back. */
export interface FeatureJobResult {
  /** Images of the shard that could be read. */
  readonly images: number;
  readonly skipped: readonly SkippedImage[];
}

/**
 * The part of `runTrainingJob` that many machines can share: runs one shard of a data set's images, and of its training
 * images every augmented view, through the frozen prefix. The activations go into the runtime's cache; a training that finds
 * all shards in its cache runs no image itself, and gives the very same model.
 *
 * @param model - A model that does not know its classes yet, or knows the data set's.
 * @throws What `runTrainingJob` throws before it trains; images that cannot be read are no error here.
 */
export async function runFeatureJob(
  model: TransferModel,
  dataset: Dataset,
  options: FeatureJobOptions,
): Promise<FeatureJobResult> {
  const { fillCache } = await import('./fill-cache.js');
  return fillCache(model, dataset, options);
}
