import '@tensorflow/tfjs-backend-cpu';
import { memory } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { memoryCheckpointStore } from '../../../test/memory-stores.js';
import { flatWeights, samples, smallHead, smallTraining } from '../../../test/small-head.js';
import { ArtifactError } from '../../errors.js';
import { keyedRandom } from '../../random/keyed-random.js';
import type { CheckpointStore } from '../../ports/checkpoint-store.js';
import { bestCheckpoint } from '../callbacks/best-checkpoint.js';
import { earlyStopping } from '../callbacks/early-stopping.js';
import { reduceLearningRateOnPlateau } from '../callbacks/reduce-learning-rate-on-plateau.js';
import { constantLearningRate } from '../learning-rate-schedule.js';
import { getOptimizer, type OptimizerOptions } from '../optimizers/optimizer-registry.js';
import { ruleOptimizer } from '../rule-optimizer.js';
import { trainSuffix } from '../train-suffix.js';
import { runCheckpoint } from './run-checkpoint.js';

class Died extends Error {}

interface RunOptions {
  readonly store: CheckpointStore;
  readonly resume?: boolean;
  readonly epochs?: number;
  readonly optimizer?: OptimizerOptions;
  readonly settings?: Readonly<Record<string, string>>;
  readonly extra?: readonly string[];
  /** Steps after which the process dies. */
  readonly diesAfter?: number;
}

/** One process: trains from the same start, and may die in the middle of an epoch. */
async function run({ store, resume = true, epochs = 8, diesAfter = Infinity, ...options }: RunOptions) {
  const suffix = smallHead({ dropout: 0.5, normalized: true });
  const training = smallTraining({ epochs, suffix });
  const { rule, steps } = getOptimizer(options.optimizer ?? { name: 'adam', weightAverage: { momentum: 0.9 } });
  // A learning rate far too high: the validation loss goes up and down.
  const optimizer = ruleOptimizer(rule, { ...steps, schedule: constantLearningRate(0.2) });
  let taken = 0;
  const { apply } = optimizer;
  optimizer.apply = (gradients) => {
    taken += 1;
    if (taken > diesAfter) throw new Died();
    apply.call(optimizer, gradients);
  };
  try {
    const history = await trainSuffix({
      ...training,
      train: {
        ...training.train,
        order: (epoch) => keyedRandom({ seed: 1, purpose: 'order', epoch }).permutation(samples),
      },
      optimizer,
      callbacks: [
        bestCheckpoint({ monitor: 'valLoss', mode: 'min' }),
        reduceLearningRateOnPlateau({ monitor: 'valF1Score', mode: 'max', patience: 1, factor: 0.5 }),
        earlyStopping({ monitor: 'valLoss', mode: 'min', patience: 4 }),
        ...(options.extra ?? []).map((name) => ({ name })),
      ],
      checkpoint: runCheckpoint({ store, resume, settings: options.settings ?? { epochs: String(epochs) } }),
    });
    return { history, weights: await flatWeights(suffix) };
  } finally {
    suffix.network.dispose();
  }
}

describe('a run that was cut off', () => {
  const optimizers: readonly OptimizerOptions[] = [
    { name: 'adam', weightAverage: { momentum: 0.9 } },
    { name: 'adamw', amsgrad: true, accumulationSteps: 3 },
    { name: 'sgd', momentum: 0.9, nesterov: true },
    { name: 'rmsprop', centered: true, momentum: 0.5 },
  ];
  it.each(optimizers.map((optimizer) => [optimizer.name, optimizer] as const))(
    'goes on to the very same weights and history: %s',
    async (_, optimizer) => {
      const undisturbed = await run({ store: memoryCheckpointStore(), optimizer });
      const store = memoryCheckpointStore();
      const random = keyedRandom({ seed: 3, purpose: 'test' });
      for (let deaths = 0; deaths < 5; deaths++) {
        const died = await run({ store, optimizer, diesAfter: random.integer(20) }).catch((error: unknown) => error);
        if (!(died instanceof Died)) break;
      }
      expect(await run({ store, optimizer })).toEqual(undisturbed);
    },
  );

  it('gives the same again where it had already ended, without a step', async () => {
    const store = memoryCheckpointStore();
    const first = await run({ store });
    expect(await run({ store, diesAfter: 0 })).toEqual(first);
  });

  it('leaves no tensor behind', async () => {
    const store = memoryCheckpointStore();
    await run({ store, diesAfter: 20 }).catch(() => undefined);
    const before = memory().numTensors;
    await run({ store, diesAfter: 10 }).catch(() => undefined);
    await run({ store });
    expect(memory().numTensors).toBe(before);
  });
});

describe('a checkpoint is refused, and left as it is,', () => {
  async function interrupted(): Promise<{ store: CheckpointStore; bytes: Uint8Array }> {
    const store = memoryCheckpointStore();
    await run({ store, diesAfter: 20 }).catch(() => undefined);
    return { store, bytes: (await store.read()) as Uint8Array };
  }

  it.each([
    ['of other settings', { settings: { epochs: '9' } }, /another run \(epochs 8, now 9\)/],
    ['of other data', { settings: { epochs: '8', data: 'a'.repeat(64) } }, /\(another data\)/],
    ['with other callbacks', { extra: ['mine'] }, /callbacks "bestCheckpoint".*now .*"mine"/],
    [
      'of another optimiser',
      { optimizer: { name: 'rmsprop' as const } },
      /does not fit this run: the state has \d+ optimiser slots/,
    ],
  ])('%s', async (_, options, message) => {
    const { store, bytes } = await interrupted();
    const failure = await run({ store, ...options }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ArtifactError);
    expect((failure as Error).message).toMatch(message);
    expect(await store.read()).toEqual(bytes);
  });

  it('cut short anywhere', async () => {
    const { store, bytes } = await interrupted();
    const random = keyedRandom({ seed: 5, purpose: 'test' });
    const lengths = [
      0,
      1,
      7,
      8,
      100,
      bytes.length - 1,
      ...Array.from({ length: 10 }, () => random.integer(bytes.length)),
    ];
    for (const length of lengths) {
      await store.write(bytes.slice(0, length));
      await expect(run({ store })).rejects.toThrow(/memory is no whole checkpoint.*left as it is/);
      expect((await store.read())?.length).toBe(length);
    }
  });

  it('damaged anywhere', async () => {
    const { store, bytes } = await interrupted();
    const random = keyedRandom({ seed: 6, purpose: 'test' });
    for (let i = 0; i < 20; i++) {
      const damaged = bytes.slice();
      const place = random.integer(bytes.length);
      damaged[place] = (damaged[place] as number) ^ (1 << random.integer(8));
      await store.write(damaged);
      await expect(run({ store })).rejects.toThrow(ArtifactError);
    }
  });
});

describe('without resuming', () => {
  it('a run starts anew, and replaces what was there', async () => {
    const store = memoryCheckpointStore();
    const undisturbed = await run({ store, epochs: 2 });
    const other = memoryCheckpointStore();
    await run({ store: other, diesAfter: 20 }).catch(() => undefined);
    expect(await run({ store: other, epochs: 2, resume: false })).toEqual(undisturbed);
  });
});
