import '@tensorflow/tfjs-backend-cpu';
import { readFileSync } from 'node:fs';
import { memory } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import {
  batchSize,
  features,
  flatWeights,
  formulaValues as values,
  samples,
  smallHead,
  smallTraining as settings,
} from '../../test/small-head.js';
import { AbortedError, TrainingError } from '../errors.js';
import { FeatureTable } from '../features/feature-table.js';
import { keyedRandom } from '../random/keyed-random.js';
import { bestCheckpoint } from './callbacks/best-checkpoint.js';
import type { TrainingCallback } from './callback.js';
import type { EpochLog } from './history.js';
import { constantLearningRate } from './learning-rate-schedule.js';
import { inverseTimeDecay } from './schedules/inverse-time-decay.js';
import { trainSuffix } from './train-suffix.js';

interface Run {
  readonly history: readonly Pick<EpochLog, 'loss' | 'accuracy' | 'valLoss' | 'valAccuracy'>[];
  readonly weights: readonly (readonly number[])[];
}

/** Written by oracles/training.py. */
const golden = JSON.parse(readFileSync(new URL('../../test/golden/training.json', import.meta.url), 'utf8')) as Record<
  'adamThreeSteps' | 'notebookSettings' | 'fastAdam',
  Run
>;

function expectClose(actual: readonly number[][], expected: Run['weights'], tolerance: number): void {
  for (const [i, weight] of expected.entries()) {
    for (const [j, value] of weight.entries()) {
      expect(Math.abs((actual[i]?.[j] ?? Number.NaN) - value), `weight ${i}, value ${j}`).toBeLessThanOrEqual(
        tolerance,
      );
    }
  }
}

describe('training a head as Keras does', () => {
  it('three steps of Adam agree to 1e-6', async () => {
    const suffix = smallHead();
    const schedule = constantLearningRate(1e-2);
    await trainSuffix(settings({ schedule, epochs: 1, count: 3 * batchSize, suffix }));
    expectClose(await flatWeights(suffix), golden.adamThreeSteps.weights, 1e-6);
  });

  it.each([
    [
      "the notebook's decaying learning rate",
      golden.notebookSettings,
      inverseTimeDecay({ learningRate: 1e-3, decay: 1e-3 / 25 }),
    ],
    ['a constant learning rate', golden.fastAdam, constantLearningRate(2e-2)],
  ])('25 epochs with %s agree to 1e-4 in each epoch', async (_, expected, schedule) => {
    const { epochs } = await trainSuffix(settings({ schedule, epochs: 25 }));
    for (const [i, log] of expected.history.entries()) {
      for (const key of ['loss', 'accuracy', 'valLoss', 'valAccuracy'] as const) {
        const difference = Math.abs((epochs[i]?.[key] ?? Number.NaN) - (log[key] ?? Number.NaN));
        expect(difference, `${key} of epoch ${i + 1}`).toBeLessThanOrEqual(1e-4);
      }
    }
  });
});

describe('trainSuffix', () => {
  const schedule = constantLearningRate(1e-2);

  it('gives bit-identical weights for the same seed, others for another', async () => {
    const run = async (seed: number) => {
      const suffix = smallHead({ dropout: 0.5 });
      await trainSuffix({ ...settings({ schedule, epochs: 3, suffix }), seed });
      return flatWeights(suffix);
    };
    const [first, again, other] = [await run(1), await run(1), await run(2)];
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });

  it('leaves no tensor behind', async () => {
    const suffix = smallHead({ dropout: 0.5 });
    const before = memory().numTensors;
    await trainSuffix(settings({ schedule, epochs: 2, suffix }));
    expect(memory().numTensors).toBe(before);
  });

  it('draws among views by sample and epoch', async () => {
    const drawn = new Set<number>();
    const rows = new FeatureTable([features], 3);
    for (let i = 0; i < samples; i++) rows.push([0, 1, 2].map((view) => values(features, view)));
    const gather = rows.gather.bind(rows);
    rows.gather = (picks) => {
      for (const { view } of picks) drawn.add(view);
      return gather(picks);
    };
    const options = settings({ schedule, epochs: 1 });
    await trainSuffix({ ...options, train: { ...options.train, table: () => Promise.resolve(rows) } });
    expect([...drawn].sort()).toEqual([0, 1, 2]);
  });

  it('stops with advice when the loss is no number', async () => {
    const options = settings({ schedule, epochs: 2 });
    const rows = new FeatureTable([features], 1);
    for (let i = 0; i < samples; i++) rows.push([new Float32Array(features).fill(Number.NaN)]);
    const failing = trainSuffix({ ...options, train: { ...options.train, table: () => Promise.resolve(rows) } });
    await expect(failing).rejects.toThrow(TrainingError);
    await expect(
      trainSuffix({
        ...settings({ schedule, epochs: 2 }),
        train: { ...options.train, table: () => Promise.resolve(rows) },
      }),
    ).rejects.toThrow(/epoch 1; lower the learning rate/);
  });

  it('ends when it is aborted', async () => {
    const signal = AbortSignal.abort();
    await expect(trainSuffix({ ...settings({ schedule, epochs: 2 }), signal })).rejects.toThrow(AbortedError);
  });

  it('ends after the epoch in which a callback stops it, and says why', async () => {
    const callbacks: TrainingCallback[] = [
      {
        onEpochEnd(log, control) {
          if (log.epoch === 2) control.stop('enough');
        },
      },
    ];
    const history = await trainSuffix({ ...settings({ schedule, epochs: 5 }), callbacks });
    expect(history.epochs).toHaveLength(2);
    expect(history.stopReason).toBe('enough');
  });

  it('bestCheckpoint puts the weights of the best epoch back', async () => {
    // A learning rate far too high: the validation loss goes up and down.
    const wild = constantLearningRate(0.5);
    const suffix = smallHead({ dropout: 0.5 });
    const random = keyedRandom({ seed: 4, purpose: 'test' });
    const snapshots: number[][][] = [];
    const options = settings({ schedule: wild, epochs: 6, suffix });
    const history = await trainSuffix({
      ...options,
      train: { ...options.train, order: () => random.permutation(samples) },
      callbacks: [
        { onEpochEnd: async () => void snapshots.push(await flatWeights(suffix)) },
        bestCheckpoint({ monitor: 'valLoss', mode: 'min' }),
      ],
    });
    const losses = history.epochs.map((log) => log.valLoss ?? Number.NaN);
    expect(history.bestEpoch).toBe(losses.indexOf(Math.min(...losses)) + 1);
    expect(await flatWeights(suffix)).toEqual(snapshots[history.bestEpoch - 1]);
  });

  it('bestCheckpoint says what it lacks without a validation set', async () => {
    const { validation: _, ...options } = settings({ schedule, epochs: 1 });
    const callbacks = [bestCheckpoint({ monitor: 'valLoss', mode: 'min' })];
    await expect(trainSuffix({ ...options, callbacks })).rejects.toThrow(/no validation set/);
  });
});
