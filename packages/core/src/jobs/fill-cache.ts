import type { Dataset } from '../dataset/dataset.js';
import { shardDataset } from '../dataset/shard.js';
import { splitDataset } from '../dataset/split-dataset.js';
import { plainView } from '../features/feature-view.js';
import { trainingViews, usualViews } from '../model/augmented-views.js';
import { collectFeatures } from '../model/collect-features.js';
import { usualEpochs } from '../model/fit-suffix.js';
import type { TransferModel } from '../model/transfer-model.js';
import type { FeatureJobOptions, FeatureJobResult } from './feature-job.js';

/** What `runFeatureJob` does, once it is there. */
export async function fillCache(
  model: TransferModel,
  dataset: Dataset,
  options: FeatureJobOptions,
): Promise<FeatureJobResult> {
  const { shard, trainsOnAll = false, split, testSize, validationSize, seed, augmentation = [], ...fit } = options;
  const sizes = { testSize, validationSize, seed, onWarning: fit.onWarning };
  const train = trainsOnAll ? dataset : (split ?? splitDataset(dataset, sizes)).train;
  await model.useClasses(dataset.classNames);
  await model.calibrate(train, { ...fit, seed });
  const { runtime } = model.parts;
  const { prefix } = model.built;
  const trained = new Set(train.samples.map(({ id }) => id));
  const { views = usualViews(augmentation), epochs = usualEpochs } = fit;
  // Each number of views is a pass of its own: the plain ones of all images, then the others of the training images.
  const own = shardDataset(dataset, shard).samples;
  const drawn = own.filter(({ id }) => trained.has(id) && augmentation.length > 0);
  const context = { prefix, runtime, signal: fit.signal, onWarning: fit.onWarning, tolerableShare: 1 };
  const plain = own.map(({ source }) => ({ source, views: [plainView] }));
  const { kept, skipped } = await collectFeatures(plain, { ...context, onProgress: fit.onProgress });
  await collectFeatures(
    drawn.map(({ id, source }) => ({
      source,
      views: trainingViews(views, epochs, { augmentation, seed, sample: id }),
    })),
    context,
  );
  return { images: kept.length, skipped };
}
