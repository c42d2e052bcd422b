import type { LayersModel } from '@tensorflow/tfjs-layers';
import { sha256 } from '../digest.js';
import { isGraftError, throwIfAborted } from '../errors.js';
import { cacheKey } from '../features/feature-stream.js';
import { plainView } from '../features/feature-view.js';
import { describeImage, type ImageReference } from '../image.js';
import { trainingViews, usualViews } from '../model/augmented-views.js';
import type { TransferModelParts } from '../model/transfer-model.js';
import { countValues } from '../weights/layer-shapes.js';
import type { PassPlan, PlanPassesOptions } from './plan-passes.js';

/** What `planPasses` does, once it is there. */
export async function countPasses(
  { backbone, inputSize, runtime }: Pick<TransferModelParts, 'backbone' | 'inputSize' | 'runtime'>,
  options: PlanPassesOptions,
): Promise<PassPlan> {
  await runtime.prepareBackend('structure');
  const network = backbone.build(inputSize);
  const work = workOf(network);
  network.dispose();
  const views = viewsOf(options);
  const total = [...views.values()].reduce((sum, { keys }) => sum + keys.size, 0);
  const { cache, digest, signal } = options;
  if (digest === undefined) return { total, cached: null, work };
  let cached = 0;
  for (const { source, keys } of cache === undefined ? [] : views.values()) {
    throwIfAborted(signal);
    const content = await contentDigest(source, { images: runtime.images, signal });
    if (content === undefined) continue;
    for (const key of keys) {
      if ((await cache?.get(await cacheKey([digest, content, key]))) !== undefined) cached += 1;
    }
  }
  return { total, cached, work };
}

interface ImageViews {
  readonly source: ImageReference;
  readonly keys: Set<string>;
}

/** Each image, and the views of it that are wanted, by the image's name. */
function viewsOf({ images, training }: PlanPassesOptions): ReadonlyMap<ImageReference, ImageViews> {
  const views = new Map<ImageReference, ImageViews>();
  const add = (source: ImageReference, keys: readonly string[]) => {
    const name = source instanceof Uint8Array ? source : describeImage(source);
    const known = views.get(name) ?? { source, keys: new Set() };
    for (const key of keys) known.keys.add(key);
    views.set(name, known);
  };
  for (const source of images) add(source, [plainView.key]);
  if (training === undefined) return views;
  const { dataset, augmentation, epochs, seed } = training;
  const count = training.views ?? usualViews(augmentation);
  for (const { id, source } of dataset.samples) {
    const drawn = trainingViews(count, epochs, { augmentation, seed, sample: id });
    add(
      source,
      drawn.map(({ key }) => key),
    );
  }
  return views;
}

async function contentDigest(
  source: ImageReference,
  { images, signal }: Pick<PlanPassesOptions, 'signal'> & Pick<TransferModelParts['runtime'], 'images'>,
): Promise<string | undefined> {
  try {
    return await sha256(await images.read(source, { signal }));
  } catch (error) {
    if (isGraftError(error) && error.code === 'IMAGE') return undefined;
    throw error;
  }
}

// In that time a processor multiplies so many: networks of thin layers wait for memory.
const multiplicationsPerActivation = 200;

/** A kernel's numbers are multiplied once for each place of the layer's output, and each number of the output is moved. */
function workOf(network: LayersModel): number {
  return network.layers.reduce((sum, layer) => {
    const [, ...shape] = (layer.outputShape as (number | null)[]).map((size) => size ?? 1);
    const kernels = layer.weights.map((weight) => weight.shape.map(Number)).filter((kernel) => kernel.length > 1);
    if (kernels.length === 0) return sum;
    const multiplied = kernels.reduce((values, kernel) => values + countValues(kernel), 0);
    return sum + multiplied * countValues(shape.slice(0, -1)) + multiplicationsPerActivation * countValues(shape);
  }, 0);
}
