import '@tensorflow/tfjs-backend-cpu';
import { readFileSync } from 'node:fs';
import { memory, tensor, tidy, variable, type Variable } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { fillUniform } from '../../weights/weight-formula.js';
import { constantLearningRate } from '../learning-rate-schedule.js';
import type { Optimizer } from '../optimizer.js';
import { ruleOptimizer } from '../rule-optimizer.js';
import { getSchedule, listSchedules, type ScheduleOptions } from '../schedules/schedule-registry.js';
import { getOptimizer, listOptimizers, type OptimizerOptions } from './optimizer-registry.js';

interface OptimizerCase {
  readonly option: OptimizerOptions;
  readonly learningRate: number;
  readonly steps: number;
  readonly weights: readonly (readonly number[])[];
  readonly averages?: readonly (readonly number[])[];
}

interface ScheduleCase {
  readonly option: ScheduleOptions;
  readonly plan: Parameters<typeof getSchedule>[1];
  readonly values: readonly number[];
}

/** Written by oracles/optimizers.py. */
const golden = JSON.parse(readFileSync(new URL('../../../test/golden/optimizers.json', import.meta.url), 'utf8')) as {
  readonly optimizers: readonly OptimizerCase[];
  readonly schedules: readonly ScheduleCase[];
};

const shapes = [[4, 3], [5]];

function drawn(key: { seed: number; layer: string; index: number }, shape: readonly number[], spread: number) {
  const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
  fillUniform(values, { key, offset: 0, spread });
  return tensor(values, [...shape]);
}

const startWeights = (): Variable[] =>
  shapes.map((shape, i) => tidy(() => variable(drawn({ seed: 1, layer: `weight${i}`, index: 0 }, shape, 1))));

function take(
  optimizer: Optimizer,
  weights: readonly Variable[],
  { from = 0, to }: { from?: number; to: number },
): void {
  for (let step = from; step < to; step++) {
    tidy(() =>
      optimizer.apply(
        weights.map((weight, i) => ({
          variable: weight,
          gradient: drawn({ seed: 2, layer: `gradient${i}`, index: step }, shapes[i] ?? [], 2),
        })),
      ),
    );
  }
}

function create(option: OptimizerOptions, learningRate: number): Optimizer {
  const { rule, steps } = getOptimizer(option);
  return ruleOptimizer(rule, { ...steps, schedule: constantLearningRate(learningRate) });
}

const read = (weights: readonly Variable[]) => weights.map((weight) => [...weight.dataSync()]);

function expectClose(actual: readonly number[][], expected: readonly (readonly number[])[]): void {
  for (const [i, value] of expected.flat().entries()) {
    // Adam divides by roots of small squares: float32 leaves this much.
    expect(Math.abs((actual.flat()[i] ?? Number.NaN) - value)).toBeLessThanOrEqual(1e-6);
  }
}

describe('an optimiser moves weights as Keras does', () => {
  it.each(golden.optimizers.map((one) => [JSON.stringify(one.option), one] as const))('%s', (_, expected) => {
    const before = memory().numTensors;
    const weights = startWeights();
    const optimizer = create(expected.option, expected.learningRate);
    take(optimizer, weights, { to: expected.steps });
    expectClose(read(weights), expected.weights);
    if (expected.averages) {
      optimizer.swapAverages();
      expectClose(read(weights), expected.averages);
      optimizer.swapAverages();
      expectClose(read(weights), expected.weights);
    }
    optimizer.dispose();
    for (const weight of weights) weight.dispose();
    expect(memory().numTensors).toBe(before);
  });

  it('has a golden for each', () => {
    expect(new Set(golden.optimizers.map(({ option }) => option.name))).toEqual(new Set(listOptimizers()));
  });
});

describe('an optimiser', () => {
  it.each(golden.optimizers.map((one) => [JSON.stringify(one.option), one] as const))(
    'goes on from what it saved to the very same weights: %s',
    async (_, { option, learningRate }) => {
      const undisturbed = startWeights();
      const whole = create(option, learningRate);
      take(whole, undisturbed, { to: 7 });
      const weights = startWeights();
      const first = create(option, learningRate);
      take(first, weights, { to: 3 });
      const state = await first.save(weights);
      first.dispose();
      const second = create(option, learningRate);
      second.restore(state, weights);
      take(second, weights, { from: 3, to: 7 });
      expect(read(weights)).toEqual(read(undisturbed));
      second.swapAverages();
      whole.swapAverages();
      expect(read(weights)).toEqual(read(undisturbed));
    },
  );

  it('takes its own learning rate for each weight', () => {
    const [plain, scaled] = [startWeights(), startWeights()];
    take(create({ name: 'sgd' }, 0.01), plain, { to: 1 });
    const { rule, steps } = getOptimizer('sgd');
    const rateFactors = new Map([[scaled[0] as Variable, 0.5]]);
    take(ruleOptimizer(rule, { ...steps, schedule: constantLearningRate(0.01), rateFactors }), scaled, { to: 1 });
    const start = read(startWeights());
    expect(read(scaled)[1]).toEqual(read(plain)[1]);
    for (const [i, value] of (read(scaled)[0] ?? []).entries()) {
      const from = start[0]?.[i] ?? Number.NaN;
      expect(value - from).toBeCloseTo(((read(plain)[0]?.[i] ?? Number.NaN) - from) / 2, 6);
    }
  });

  it.each([
    [{ name: 'adamax' }, /unknown optimizer "adamax".*"adam", "adamw"/],
    [{ name: 'sgd', beta1: 0.9 }, /optimizer "sgd" has no option "beta1".*"momentum"/],
    [{ name: 'adam', beta1: 1 }, /beta1 is 1/],
    [{ name: 'adam', epsilon: 0 }, /epsilon is 0/],
    [{ name: 'sgd', clipNorm: 1, clipValue: 1 }, /"clipNorm", "clipValue" exclude each other/],
    [{ name: 'sgd', clipValue: -1 }, /clipValue is -1/],
    [{ name: 'sgd', accumulationSteps: 0 }, /accumulationSteps is 0/],
    [{ name: 'adamw', weightDecay: -1 }, /weightDecay is -1/],
    [{ name: 'sgd', weightAverage: { momentum: 2 } }, /weightAverage.momentum is 2/],
  ])('refuses %o', (option, message) => {
    expect(() => create(option as OptimizerOptions, 0.1)).toThrow(message);
  });

  it("refuses another optimiser's state", async () => {
    const weights = startWeights();
    const optimizer = create({ name: 'sgd', momentum: 0.5 }, 0.1);
    take(optimizer, weights, { to: 1 });
    const state = await optimizer.save(weights);
    expect(() => create({ name: 'adam' }, 0.1).restore(state, weights)).toThrow(
      /has 2 optimiser slots; this optimiser has 4/,
    );
  });
});

describe('a schedule gives the learning rates of its reference', () => {
  it.each(golden.schedules.map((one) => [JSON.stringify(one.option), one] as const))('%s', (_, expected) => {
    const schedule = getSchedule(expected.option, expected.plan);
    for (const [step, value] of expected.values.entries()) {
      // Keras computes in float32.
      expect(Math.abs(schedule(step) - value), `step ${step}`).toBeLessThanOrEqual(5e-9);
    }
  });

  it('has a golden for each, but the constant', () => {
    expect(new Set(golden.schedules.map(({ option }) => option.name))).toEqual(
      new Set(listSchedules().filter((name) => name !== 'constant')),
    );
  });

  it.each([
    ['linear', /unknown schedule "linear"/],
    [{ name: 'cosine', warmup: 1 }, /schedule "cosine" has no option "warmup".*"warmupEpochs"/],
    [{ name: 'cosine', warmupEpochs: 6 }, /warmupEpochs is 6; expected fewer than the 6 epochs/],
    [{ name: 'exponential', decayRate: 0 }, /decayRate is 0/],
    [{ name: 'oneCycle', warmupShare: 1 }, /warmupShare is 1/],
  ])('or refuses %o', (option, message) => {
    const plan = { learningRate: 0.01, stepsPerEpoch: 7, epochs: 6 };
    expect(() => getSchedule(option as ScheduleOptions, plan)).toThrow(message);
  });
});
