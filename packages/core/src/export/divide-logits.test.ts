import { setBackend, tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { input, layers, model, type LayersModel, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, it } from 'vitest';
import { UnsupportedLayerError } from '../errors.js';
import { scaleScores } from '../model/score-calibration.js';
import { instantiateNetwork, networkConfig } from '../network/network-config.js';
import { assignWeights } from '../weights/assign-weights.js';
import { seededWeights } from '../weights/seeded-weights.js';
import { divideLogits } from './divide-logits.js';

interface Layer {
  apply(value: SymbolicTensor): unknown;
}

beforeAll(() => setBackend('cpu'));

/** A head of these layers over three numbers, and rows to run through it. */
function head(steps: readonly Layer[]) {
  const start = input({ shape: [3], name: 'features' });
  const output = steps.reduce((value, layer) => layer.apply(value) as SymbolicTensor, start);
  return model({ inputs: start, outputs: output, name: 'head' });
}

const rows = tensor([
  [0.2, -1, 3],
  [8, 4, -2],
  [0, 0, 0.1],
]);

function scoresOf(network: LayersModel): number[][] {
  return (network.predict(rows) as Tensor2D).arraySync();
}

const heads: Readonly<Record<string, () => readonly Layer[]>> = {
  'a softmax layer': () => [layers.dense({ units: 4, name: 'logits' }), layers.softmax({ name: 'scores' })],
  'a softmax activation layer': () => [
    layers.dense({ units: 4, name: 'logits' }),
    layers.activation({ activation: 'softmax', name: 'scores' }),
  ],
  'a dense layer with softmax': () => [layers.dense({ units: 4, activation: 'softmax', name: 'predictions' })],
  'a sigmoid activation layer': () => [
    layers.dense({ units: 2, name: 'logits' }),
    layers.activation({ activation: 'sigmoid', name: 'scores' }),
  ],
  'a dense layer with sigmoid': () => [layers.dense({ units: 2, activation: 'sigmoid', name: 'temperature' })],
};

describe('divideLogits', () => {
  it.each(Object.keys(heads))('puts a temperature into %s as it is applied to scores', (kind) => {
    const plain = head(heads[kind]!());
    const weights = seededWeights(plain, { seed: 7, draw: 'everything' });
    assignWeights(plain, weights);
    for (const temperature of [0.4, 2.5]) {
      const config = divideLogits(networkConfig(plain), temperature);
      const divided = instantiateNetwork(config);
      assignWeights(divided, weights);
      const before = scoresOf(plain);
      const after = scoresOf(divided);
      for (const [index, scores] of before.entries()) {
        const expected = scaleScores(scores, temperature);
        for (const [k, score] of after[index]!.entries()) expect(score).toBeCloseTo(expected[k]!, 6);
      }
      expect(after).not.toEqual(before);
      divided.dispose();
    }
    plain.dispose();
  });

  it('leaves a network without temperature as it is', () => {
    const plain = head(heads['a softmax layer']!());
    const config = networkConfig(plain);
    expect(divideLogits(config)).toBe(config);
    plain.dispose();
  });

  it('refuses scores of another kind', () => {
    const plain = head([layers.dense({ units: 2, activation: 'tanh', name: 'odd' })]);
    expect(() => divideLogits(networkConfig(plain), 2)).toThrow(UnsupportedLayerError);
    plain.dispose();
  });
});
