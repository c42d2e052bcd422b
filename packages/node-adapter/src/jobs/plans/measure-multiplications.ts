import { preprocessings, seededWeights, type Engine } from '@graft-ml/core';
import { input, layers, model, type LayersModel, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import { prepareTfjsBackend } from '../../engines/tfjs-backends.js';

const size = 112;
/** Beyond this the first call, which also prepares the engine, has to do. */
const patienceMs = 1000;
/** Calls after it, of which the best counts. */
const calls = 3;

/**
 * How many numbers an engine multiplies in a second, in 3×3 convolutions as large networks are made of: seeded weights, one grey
 * image, half a second in all on a usual machine. Networks of thin layers reach a part of it.
 */
export async function measureMultiplications(
  engine: Engine,
  now: () => number = () => performance.now(),
): Promise<number> {
  await prepareTfjsBackend('structure');
  const { network, multiplications } = probe();
  const weights = seededWeights(network, { seed: 1 });
  const prefix = { network, weights, preprocessing: preprocessings.tf, inputSize: [size, size] as const };
  try {
    const extractor = await engine.createExtractor(prefix);
    try {
      const image = { count: 1, height: size, width: size, data: new Uint8Array(size * size * 3).fill(128) };
      let best = Infinity;
      for (let call = 0; call <= calls; call += 1) {
        const begin = now();
        await extractor.extract(image);
        const elapsed = now() - begin;
        if (call > 0 || elapsed > patienceMs) best = Math.min(best, elapsed);
        if (elapsed > patienceMs) break;
      }
      return (multiplications * 1000) / best;
    } finally {
      await extractor.dispose();
    }
  } finally {
    network.dispose();
  }
}

/** Half a billion multiplications. */
function probe(): { readonly network: LayersModel; readonly multiplications: number } {
  const image = input({ shape: [size, size, 3], name: 'image' });
  let multiplications = 0;
  let channels = 3;
  let side = size;
  let output: SymbolicTensor = image;
  for (const [name, filters, strides] of [
    ['stem', 32, 2],
    ['first', 64, 1],
    ['second', 128, 2],
    ['third', 128, 1],
    ['fourth', 256, 2],
    ['fifth', 256, 1],
  ] as const) {
    const layer = layers.conv2d({ filters, kernelSize: 3, strides, padding: 'same', activation: 'relu', name });
    output = layer.apply(output) as SymbolicTensor;
    side /= strides;
    multiplications += side * side * 9 * channels * filters;
    channels = filters;
  }
  return { network: model({ inputs: image, outputs: output, name: 'probe' }), multiplications };
}
