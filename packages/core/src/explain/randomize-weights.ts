import { layerShapes } from '../weights/layer-shapes.js';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { keyedRandom } from '../random/keyed-random.js';
import { seededWeights } from '../weights/seeded-weights.js';
import type { NetworkWeights, WeightTensor } from '../weights/weight-file.js';

/** Statistics of data, nothing that was learned. */
const kept = new Set(['moving_mean', 'moving_variance', 'mean', 'variance', 'count']);

/** What {@link randomizeWeights} draws. */
export interface RandomizeOptions {
  /** What the layers hold now. */
  readonly trained: NetworkWeights;
  /** Which layers lose what they hold. */
  readonly layers: ReadonlySet<string>;
  readonly seed: number;
  /** Tells draws apart. */
  readonly draw: number;
}

/**
 * New weights without anything learned: each drawn from a normal distribution with the mean and the spread of the weight that it
 * replaces, so that the network's values keep their size. A kernel of one value (a head that was never trained) is drawn as an
 * initial one.
 */
export function randomizeWeights(network: LayersModel, options: RandomizeOptions): NetworkWeights {
  const { trained, layers, seed, draw } = options;
  const shapes = layerShapes(network).filter(({ name }) => layers.has(name));
  const initial = seededWeights(shapes, { seed: seed + draw });
  return new Map(
    shapes.map(({ name, weights }) => [
      name,
      weights.map((weight, index): WeightTensor => {
        const now = trained.get(name)![index]!;
        if (kept.has(weight.name)) return now;
        const { mean, deviation } = spread(now.data);
        if (deviation === 0) return weight.shape.length > 1 ? initial.get(name)![index]! : now;
        const random = keyedRandom({ seed, purpose: 'explanation-sanity-check', draw, layer: name, index });
        return { shape: now.shape, data: now.data.map(() => mean + deviation * random.normal()) };
      }),
    ]),
  );
}

function spread(values: Float32Array): { mean: number; deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, deviation: Math.sqrt(variance) };
}
