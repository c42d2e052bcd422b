import type { Dataset } from '../dataset/dataset.js';
import { shardDataset } from '../dataset/shard.js';
import { splitDataset } from '../dataset/split-dataset.js';
import { plainView } from '../features/feature-view.js';
import { SeenImages } from '../features/seen-images.js';
import { trainingViews, usualViews } from '../model/augmented-views.js';
import { passFeatures } from '../model/collect-features.js';
import { fitDefaults } from '../model/fit-defaults.js';
import type { TransferModel } from '../model/transfer-model.js';
import type { FeatureJobOptions, FeatureJobResult } from './feature-job.js';

/** Pixels of so many views of an image are held at the same time. */
const viewsPerPass = 8;

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
  const { views = usualViews(augmentation), epochs = fitDefaults.epochs } = fit;
  // The plain views of all images, then those that the training images are drawn in.
  const own = shardDataset(dataset, shard).samples;
  const drawn = own.filter(({ id }) => trained.has(id) && augmentation.length > 0);
  const context = { prefix, runtime, signal: fit.signal, onWarning: fit.onWarning, tolerableShare: 1 };
  const plain = own.map(({ source }) => ({ source, views: [plainView] }));
  const { kept, skipped } = await passFeatures(plain, { ...context, onProgress: fit.onProgress });
  const viewCount = views === 'epoch' ? epochs : views;
  const seen = new SeenImages();
  for (let from = 0; from < viewCount; from += viewsPerPass) {
    const requests = drawn.map(({ id, source }) => ({
      source,
      views: trainingViews(views, epochs, { augmentation, seed, sample: id }).slice(from, from + viewsPerPass),
    }));
    await passFeatures(requests, { ...context, seen });
  }
  return { images: kept.length, skipped };
}
