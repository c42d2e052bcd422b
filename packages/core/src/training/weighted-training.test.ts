import '@tensorflow/tfjs-backend-cpu';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { classes, flatWeights, samples, smallHead, smallLabels, smallTraining } from '../../test/small-head.js';
import { getLoss } from './losses/loss-registry.js';
import { trainSuffix } from './train-suffix.js';
import { listValidationMetrics } from './validation-metric-names.js';
import { getValidationMetric } from './validation-metric.js';

interface WeightedCase {
  readonly name: 'class' | 'sample' | 'both';
  readonly loss: readonly number[];
  readonly accuracy: readonly number[];
  readonly weights: readonly (readonly number[])[];
}

/** Written by oracles/losses.py. */
const { weighted: golden } = JSON.parse(
  readFileSync(new URL('../../test/golden/losses.json', import.meta.url), 'utf8'),
) as { readonly weighted: readonly WeightedCase[] };

const ofClass = smallLabels().map((label) => [1, 0.25, 3][label] as number);
const ofSample = smallLabels().map((_, i) => ((i % 4) + 1) / 2);
const weights = {
  class: ofClass,
  sample: ofSample,
  both: ofClass.map((weight, i) => weight * (ofSample[i] as number)),
};

describe('training with weights agrees with Keras', () => {
  it.each(golden.map((one) => [one.name, one] as const))('%s', async (name, expected) => {
    const suffix = smallHead();
    const options = smallTraining({ epochs: 2, suffix });
    const { epochs } = await trainSuffix({ ...options, train: { ...options.train, weights: weights[name] } });
    for (const [i, { loss, accuracy }] of epochs.entries()) {
      expect(Math.abs(loss - (expected.loss[i] ?? Number.NaN))).toBeLessThanOrEqual(1e-5);
      expect(accuracy).toBeCloseTo(expected.accuracy[i] ?? Number.NaN, 6);
    }
    const actual = (await flatWeights(suffix)).flat();
    for (const [i, value] of expected.weights.flat().entries()) {
      expect(Math.abs((actual[i] ?? Number.NaN) - value)).toBeLessThanOrEqual(1e-5);
    }
  });
});

describe('targets', () => {
  it('that are wholly of one class train as labels do', async () => {
    const [plain, soft] = [smallHead(), smallHead()];
    await trainSuffix(smallTraining({ epochs: 1, suffix: plain }));
    const options = smallTraining({ epochs: 1, suffix: soft });
    const target = (sample: number) => Array.from({ length: classes }, (_, i) => (i === sample % classes ? 1 : 0));
    await trainSuffix({ ...options, train: { ...options.train, target } });
    expect(await flatWeights(soft)).toEqual(await flatWeights(plain));
  });

  it('are refused unless they sum to 1', async () => {
    const options = smallTraining({ epochs: 1 });
    const train = { ...options.train, target: () => [0.5, 0.4, 0] };
    await expect(trainSuffix({ ...options, train })).rejects.toThrow(
      /target of "sample 0" has 3 shares summing to 0.9/,
    );
  });
});

describe('a loss', () => {
  it('of sigmoids trains a head that ends in sigmoids', async () => {
    const suffix = smallHead({ last: 'sigmoid' });
    const loss = getLoss('binaryCrossentropy');
    const { epochs } = await trainSuffix({ ...smallTraining({ epochs: 25, suffix }), loss });
    expect(epochs.at(-1)?.valLoss).toBeLessThan((epochs[0]?.valLoss ?? 0) * 0.7);
  });

  it('is refused on a head that ends otherwise', async () => {
    const loss = getLoss('binaryCrossentropy');
    await expect(trainSuffix({ ...smallTraining({ epochs: 1 }), loss })).rejects.toThrow(
      /"binaryCrossentropy" needs a head that ends in a layer of its own for sigmoid; this one ends in softmax/,
    );
  });
});

describe('metrics on the validation set', () => {
  it('stand in the log of each epoch', async () => {
    const metrics = listValidationMetrics().map((name) => getValidationMetric(name));
    const own = { name: 'valMine', compute: ({ yTrue }: { yTrue: readonly number[] }) => yTrue.length };
    const { epochs } = await trainSuffix({ ...smallTraining({ epochs: 1 }), metrics: [...metrics, own] });
    const [log] = epochs;
    expect(log?.['valMine']).toBe(samples);
    expect(log?.['valAccuracyScore']).toBe(log?.valAccuracy);
    // The mean of the loss that is trained is scikit-learn's log loss.
    expect(log?.['valLogLoss']).toBeCloseTo(log?.valLoss ?? Number.NaN, 6);
    for (const metric of metrics) expect(Number.isFinite(log?.[metric.name])).toBe(true);
  });

  it('are refused by an unknown name', () => {
    expect(() => getValidationMetric('f2')).toThrow(/unknown metric "f2"; there are "accuracyScore"/);
  });
});
