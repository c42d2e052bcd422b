import {
  add,
  grads,
  memory,
  moments,
  mul,
  randomNormal,
  rsqrt,
  setBackend,
  square,
  sub,
  sum,
  tidy,
  type Rank,
  type Tensor,
  type Tensor1D,
} from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { fusedBatchNormalization } from './fused-batch-normalization.js';
import { registerTensorflowBackend, tensorflowBackend } from '../library-internals.js';

const epsilon = 1e-3;
const usable = await registerTensorflowBackend().then(
  () => true,
  () => false,
);

function composed(x: Tensor, gamma: Tensor, beta: Tensor): Tensor {
  const { mean, variance } = moments(x, [0, 1, 2]);
  return add(mul(mul(sub(x, mean), rsqrt(add(variance, epsilon))), gamma), beta);
}

describe.skipIf(!usable)('fused batch normalisation (needs `graft engines install tensorflow`)', () => {
  it('has the values, gradients and statistics of its definition, and leaves no tensor behind', async () => {
    await setBackend(tensorflowBackend);
    const before = memory().numTensors;
    tidy(() => {
      const x = randomNormal([3, 5, 4, 6], 2, 3, 'float32', 1);
      const [gamma, beta, weight] = [2, 3, 4].map((seed) => randomNormal<Rank.R1>([6], 1, 1, 'float32', seed));
      const statistics: number[][] = [];
      const onStatistics = (mean: Tensor, variance: Tensor) =>
        void statistics.push([...mean.dataSync()], [...variance.dataSync()]);
      const fused = (a: Tensor, b: Tensor, c: Tensor) =>
        fusedBatchNormalization(a, { gamma: b as Tensor1D, beta: c as Tensor1D, epsilon, onStatistics });
      const both = [fused, composed].map((normalize) => {
        const scored = (a: Tensor, b: Tensor, c: Tensor) => sum(mul(square(normalize(a, b, c)), weight!));
        return [normalize(x, gamma!, beta!), ...grads(scored)([x, gamma!, beta!])];
      });
      for (const [place, tensor] of both[0]!.entries()) {
        const expected = both[1]![place]!.dataSync();
        // Gradients sum over 60 places in float32.
        tensor.dataSync().forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 3));
      }
      const { mean, variance } = moments(x, [0, 1, 2]);
      // TensorFlow's moving variance is that of a sample: divided by one less.
      mean.dataSync().forEach((value, i) => expect(statistics[0]![i]).toBeCloseTo(value, 4));
      variance.dataSync().forEach((value, i) => expect(statistics[1]![i]).toBeCloseTo((value * 60) / 59, 3));
    });
    expect(memory().numTensors).toBe(before);
  });
});
