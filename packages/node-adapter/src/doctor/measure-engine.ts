import { preprocessings, seededWeights, type Engine, type ImageBatch } from '@graft-ml/core';
import { input, layers, model, type LayersModel, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import { prepareTfjsBackend } from '../engines/tfjs-backends.js';

const size = 64;
const budgetMs = 500;
/** Beyond this the first call, which also prepares the engine, has to do. */
const patienceMs = 3000;

/**
 * How fast an engine runs a small fixed network: images of 64² through a 3×3 convolution, a residual block, a depthwise
 * convolution and pooling, 25 million multiplications an image. Weights and images are fixed.
 *
 * @returns Images in a second, the best of the calls that fit into half a second after one to warm up; of a slow engine a single call.
 * @throws EngineError if the engine fails.
 */
export async function measureEngine(engine: Engine, now: () => number = () => performance.now()): Promise<number> {
  await prepareTfjsBackend('structure');
  const network = smallNetwork();
  const weights = seededWeights(network, { seed: 1 });
  const prefix = { network, weights, preprocessing: preprocessings.tf, inputSize: [size, size] as const };
  const extractor = await engine.createExtractor(prefix).catch((error: unknown) => {
    network.dispose();
    throw error;
  });
  try {
    const single = fixedImages(1);
    const first = await timeOf(() => extractor.extract(single), now);
    if (first > patienceMs) return 1000 / first;
    const alone = await timeOf(() => extractor.extract(single), now);
    // Nobody waits for a slow engine's full batch.
    if (alone > budgetMs / extractor.batchSize) return 1000 / alone;
    const batch = fixedImages(extractor.batchSize);
    await extractor.extract(batch);
    let best = Number.POSITIVE_INFINITY;
    const begin = now();
    do best = Math.min(best, await timeOf(() => extractor.extract(batch), now));
    while (now() - begin < budgetMs);
    return (batch.count * 1000) / best;
  } finally {
    await extractor.dispose();
    network.dispose();
  }
}

async function timeOf(work: () => Promise<unknown>, now: () => number): Promise<number> {
  const begin = now();
  await work();
  return now() - begin;
}

function smallNetwork(): LayersModel {
  const apply = (layer: { apply(value: SymbolicTensor | SymbolicTensor[]): unknown }, ...values: SymbolicTensor[]) =>
    layer.apply(values.length === 1 ? values[0]! : values) as SymbolicTensor;
  const convolution = (name: string, filters: number, strides = 1) =>
    layers.conv2d({ filters, kernelSize: 3, strides, padding: 'same', activation: 'relu', name });
  const image = input({ shape: [size, size, 3], name: 'image' });
  const stem = apply(convolution('stem', 32, 2), image);
  const left = apply(convolution('first', 32), stem);
  const right = apply(convolution('second', 32), left);
  const sum = apply(layers.add({ name: 'sum' }), stem, right);
  const depthwise = apply(
    layers.depthwiseConv2d({ kernelSize: 3, strides: 2, padding: 'same', name: 'depthwise' }),
    sum,
  );
  const wide = apply(convolution('wide', 64), depthwise);
  const output = apply(layers.globalAveragePooling2d({ name: 'pooled' }), wide);
  return model({ inputs: image, outputs: output, name: 'doctor' });
}

function fixedImages(count: number): ImageBatch {
  const data = Uint8Array.from({ length: count * size * size * 3 }, (_, i) => (i * 7919) % 256);
  return { count, height: size, width: size, data };
}
