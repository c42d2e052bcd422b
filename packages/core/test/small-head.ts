import { input, layers, model, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import { FeatureTable } from '../src/features/feature-table.js';
import { NetworkRunner } from '../src/network/run-network.js';
import { constantLearningRate, type LearningRateSchedule } from '../src/training/learning-rate-schedule.js';
import { adam } from '../src/training/optimizers/adam.js';
import { ruleOptimizer } from '../src/training/rule-optimizer.js';
import type { TrainSuffixOptions } from '../src/training/train-suffix.js';
import { assignWeights } from '../src/weights/assign-weights.js';
import { networkWeights } from '../src/weights/network-weights.js';

/** The head and the data of oracles/training.py. */
export const [samples, features, classes, batchSize] = [60, 20, 3, 8] as const;
const hidden = 8;

/** The formula of oracles/training.py. */
export function formulaValues(count: number, salt: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => {
    const hashed = (BigInt(i + salt * 1_000_003) * 2_654_435_761n) % 2n ** 32n;
    return Number(hashed) / 2 ** 32 - 0.5;
  });
}

/** Features that tell the classes apart. */
function smallTable(count: number = samples): FeatureTable {
  const all = formulaValues(samples * features, 1);
  const result = new FeatureTable([features], 1);
  for (let row = 0; row < count; row++) {
    const sample = all.slice(row * features, (row + 1) * features);
    for (let i = row % classes; i < features; i += classes) sample[i] = (sample[i] ?? 0) + 0.25;
    result.push([sample]);
  }
  return result;
}

/** Class indices of {@link smallTable}. */
export const smallLabels = (count: number = samples) => Array.from({ length: count }, (_, i) => i % classes);

/** A hidden layer, dropout, a layer of logits. */
export function smallHead(
  options: { dropout?: number; normalized?: boolean; last?: 'softmax' | 'sigmoid' } = {},
): NetworkRunner {
  const { dropout = 0, normalized = false, last = 'softmax' } = options;
  const x = input({ shape: [features], name: 'x' });
  const steps = [
    layers.dense({ units: hidden, activation: 'relu', name: 'hidden' }),
    ...(normalized ? [layers.batchNormalization({ name: 'normalized' })] : []),
    layers.dropout({ rate: dropout, name: 'dropout' }),
    layers.dense({ units: classes, name: 'logits' }),
    layers.activation({ activation: last, name: 'scores' }),
  ];
  const output = steps.reduce((value, layer) => layer.apply(value) as SymbolicTensor, x);
  const network = model({ inputs: x, outputs: output, name: 'head' });
  const zeros = (count: number) => ({ shape: [count], data: new Float32Array(count) });
  const kernel = (shape: readonly [number, number], salt: number) => ({
    shape,
    data: formulaValues(shape[0] * shape[1], salt),
  });
  assignWeights(
    network,
    new Map([
      ['hidden', [kernel([features, hidden], 2), zeros(hidden)]],
      ['logits', [kernel([hidden, classes], 3), zeros(classes)]],
    ]),
    { partial: true },
  );
  return new NetworkRunner(network);
}

/** Options of a training of {@link smallHead}. */
export function smallTraining(options: {
  readonly schedule?: LearningRateSchedule;
  readonly epochs: number;
  readonly count?: number;
  readonly suffix?: NetworkRunner;
}): TrainSuffixOptions {
  const { schedule = constantLearningRate(1e-2), epochs, count = samples, suffix = smallHead() } = options;
  const rows = smallTable(count);
  return {
    suffix,
    train: {
      ids: smallLabels(count).map((_, i) => `sample ${i}`),
      labels: smallLabels(count),
      order: () => smallLabels(count).map((_, i) => i),
      table: () => Promise.resolve(rows),
    },
    validation: { labels: smallLabels(), table: smallTable() },
    epochs,
    batchSize,
    optimizer: ruleOptimizer(adam(), { schedule }),
    seed: 1,
  };
}

/** All weights of a suffix as plain arrays. */
export async function flatWeights(suffix: NetworkRunner): Promise<number[][]> {
  return [...(await networkWeights(suffix.network)).values()].flat().map(({ data }) => [...data]);
}
