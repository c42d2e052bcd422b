import type { LayersModel } from '@tensorflow/tfjs-layers';
import { countValues, layerShapes, type LayerShapes, type WeightShape } from './layer-shapes.js';
import type { NetworkWeights, WeightTensor } from './weight-file.js';
import { fillUniform, type FormulaKey } from './weight-formula.js';

/** How {@link seededWeights} draws. */
export interface SeededWeightsOptions {
  /** A whole number, 0 or more. */
  readonly seed: number;
  /**
   * `initial` (default): what training starts from; biases, beta and means 0, gamma and variances 1, layer scales 1e-6.
   * `everything`: those are drawn too, ±0.25 around 0 and ±0.5 around all else, so that a test against another implementation
   * sees them at work.
   */
  readonly draw?: 'initial' | 'everything';
}

/** The value that a weight without fan-in starts from. */
const initialValues: Readonly<Record<string, number>> = {
  bias: 0,
  beta: 0,
  moving_mean: 0,
  gamma: 1,
  moving_variance: 1,
  mean: 0,
  variance: 1,
  count: 0,
  layer_scale: 1e-6,
};

/**
 * Weights for a network that nobody trained: kernels are He-uniform, each value a function of seed, layer name, weight
 * and position, so the same on every machine.
 *
 * @param network - The network, or its layers' shapes.
 * @returns float32 weights, kernels within ±√(6 / fan-in).
 * @throws RangeError if the seed is no whole number of 0 or more, or a weight's kind is unknown.
 * @see He et al. 2015; Keras `HeUniform` has the same distribution (oracle: oracles/weight_formula.py)
 * @example `assignWeights(model, seededWeights(model, { seed: 42 }))`
 */
export function seededWeights(
  network: LayersModel | readonly LayerShapes[],
  { seed, draw = 'initial' }: SeededWeightsOptions,
): NetworkWeights {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(`seed is ${seed}; give a whole number, 0 or more`);
  }
  const layers = 'layers' in network ? layerShapes(network) : network;
  return new Map(
    layers.map(({ name, weights }) => [
      name,
      weights.map((weight, index) => seededTensor(weight, { key: { seed, layer: name, index }, draw })),
    ]),
  );
}

interface TensorSource {
  readonly key: FormulaKey;
  readonly draw: 'initial' | 'everything';
}

function seededTensor({ name, shape }: WeightShape, { key, draw }: TensorSource): WeightTensor {
  const data = new Float32Array(countValues(shape));
  if (shape.length > 1) {
    fillUniform(data, { key, offset: 0, spread: Math.sqrt(6 / fanIn(name, shape)) });
    return { shape, data };
  }
  const initial = initialValues[name];
  if (initial === undefined) {
    const known = Object.keys(initialValues).join(', ');
    throw new RangeError(`weight ${JSON.stringify(name)} of layer ${JSON.stringify(key.layer)} is none of ${known}`);
  }
  // A scalar is a counter, which nothing computes with.
  const drawn = draw === 'everything' && shape.length > 0;
  if (drawn) fillUniform(data, { key, offset: initial, spread: initial === 0 ? 0.25 : 0.5 });
  else data.fill(initial);
  return { shape, data };
}

/** How many inputs one output value sums over. A depthwise kernel sums over its own channel only. */
function fanIn(name: string, shape: readonly number[]): number {
  return countValues(shape.slice(0, name === 'depthwise_kernel' ? -2 : -1));
}
