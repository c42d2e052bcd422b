import { concat, dispose, keep, tensor, tidy, variableGrads, type Tensor, type Variable } from '@tensorflow/tfjs-core';
import { throwIfAborted, TrainingError } from '../errors.js';
import type { FeatureTable } from '../features/feature-table.js';
import { runOverTable } from '../features/run-over-table.js';
import type { NetworkRunner } from '../network/run-network.js';
import { keyedRandom } from '../random/keyed-random.js';
import type { TrainingCallback } from './callback.js';
import { crossEntropyForGradient, scoreLogits, type ScoreSums } from './cross-entropy.js';
import type { EpochLog, History } from './history.js';
import type { Optimizer } from './optimizer.js';
import { SuffixWeights } from './suffix-weights.js';

/** Samples that the suffix trains on: their ids, class indices, and activations at the boundary for an epoch. */
export interface TrainingSet {
  readonly ids: readonly string[];
  readonly labels: readonly number[];
  /** The samples of an epoch (from 0), in the order in which they are trained on. */
  order(epoch: number): readonly number[];
  /** Called once for each epoch (from 0); gives the same table each time unless views are drawn anew. */
  table(epoch: number): Promise<FeatureTable>;
}

/** Samples that the suffix is only measured on. */
export interface ValidationSet {
  readonly labels: readonly number[];
  readonly table: FeatureTable;
}

/** What {@link trainSuffix} needs. */
export interface TrainSuffixOptions {
  readonly suffix: NetworkRunner;
  readonly train: TrainingSet;
  readonly validation?: ValidationSet | undefined;
  readonly epochs: number;
  readonly batchSize: number;
  readonly optimizer: Optimizer;
  readonly seed: number;
  readonly callbacks?: readonly TrainingCallback[];
  readonly signal?: AbortSignal | undefined;
}

/**
 * Trains a suffix on activations: views and dropout of each epoch come from keyed generators, so the same seed gives the
 * same weights.
 *
 * @throws TrainingError if the loss is not a number; AbortedError if aborted.
 */
export async function trainSuffix(options: TrainSuffixOptions): Promise<History> {
  const { suffix, callbacks = [], optimizer } = options;
  const weights = new SuffixWeights(suffix.network);
  const epochs: EpochLog[] = [];
  let stopReason: string | undefined;
  let kept = 0;
  const control = {
    stop: (reason: string) => (stopReason ??= reason),
    saveWeights: () => weights.save(epochs.length),
    restoreWeights: (snapshot: Parameters<SuffixWeights['restore']>[0]) => {
      weights.restore(snapshot);
      kept = snapshot.epoch;
    },
  };
  try {
    for (let epoch = 0; epoch < options.epochs && stopReason === undefined; epoch++) {
      const trained = await trainEpoch(epoch, options, weights.variables);
      const checked = options.validation && (await measure(suffix, options.validation));
      const log = epochLog(epoch + 1, trained, checked);
      if (!Number.isFinite(log.loss)) {
        throw new TrainingError(
          `the loss became ${log.loss} in epoch ${log.epoch}; lower the learning rate (now ${optimizer.learningRate}) or check the images`,
        );
      }
      epochs.push(log);
      kept = log.epoch;
      for (const callback of callbacks) await callback.onEpochEnd?.(log, control);
    }
    for (const callback of callbacks) await callback.onTrainEnd?.(control);
  } finally {
    optimizer.dispose();
  }
  return { epochs, bestEpoch: kept, stopReason };
}

async function trainEpoch(
  epoch: number,
  options: TrainSuffixOptions,
  variables: readonly Variable[],
): Promise<ScoreSums> {
  const { suffix, train, batchSize, seed } = options;
  const table = await train.table(epoch);
  const order = train.order(epoch);
  const views = order.map((sample) =>
    table.views === 1
      ? 0
      : keyedRandom({ seed, purpose: 'view', epoch, sample: train.ids[sample] }).integer(table.views),
  );
  const logits: Tensor[] = [];
  try {
    for (let from = 0; from < order.length; from += batchSize) {
      throwIfAborted(options.signal);
      const picks = order
        .slice(from, from + batchSize)
        .map((sample, i) => ({ sample, view: views[from + i] as number }));
      const dropout = keyedRandom({ seed, purpose: 'dropout', epoch, step: from / batchSize });
      const labels = picks.map(({ sample }) => train.labels[sample] as number);
      logits.push(trainStep({ suffix, table, picks, labels, dropout, variables, optimizer: options.optimizer }));
    }
    await breathe();
    const all = tidy(() => concat(logits));
    const values = (await all.data()) as Float32Array;
    all.dispose();
    return scoreLogits(
      values,
      order.map((sample) => train.labels[sample] as number),
    );
  } finally {
    dispose(logits);
  }
}

interface StepOptions {
  readonly suffix: NetworkRunner;
  readonly table: FeatureTable;
  readonly picks: readonly { readonly sample: number; readonly view: number }[];
  readonly labels: readonly number[];
  readonly dropout: { uniform(): number };
  readonly variables: readonly Variable[];
  readonly optimizer: Optimizer;
}

/** One step; returns the batch's logits. */
function trainStep(step: StepOptions): Tensor {
  const { suffix, table, picks, labels, dropout, variables, optimizer } = step;
  return tidy(() => {
    const input = tensor(table.gather(picks), [picks.length, ...table.shape]);
    let logits: Tensor | undefined;
    const { grads } = variableGrads(() => {
      // Kept beyond the gradient's own scope: the epoch's figures are computed from them.
      logits = keep(suffix.run(input, { dropout, until: suffix.logitsLayer }));
      return crossEntropyForGradient(logits, labels);
    }, [...variables]);
    optimizer.apply(variables.map((variable) => ({ variable, gradient: grads[variable.name] as Tensor })));
    return logits as unknown as Tensor;
  });
}

/** Loss and hits of a suffix on a set, as inference. */
async function measure(suffix: NetworkRunner, set: ValidationSet): Promise<ScoreSums> {
  const total = { loss: 0, correct: 0, count: 0 };
  for await (const { from, count, values } of runOverTable(suffix, set.table, suffix.logitsLayer)) {
    const part = scoreLogits(values, set.labels.slice(from, from + count));
    total.loss += part.loss;
    total.correct += part.correct;
    total.count += part.count;
  }
  return total;
}

function epochLog(epoch: number, trained: ScoreSums, checked: ScoreSums | undefined): EpochLog {
  return {
    epoch,
    loss: trained.loss / trained.count,
    accuracy: trained.correct / trained.count,
    valLoss: checked ? checked.loss / checked.count : null,
    valAccuracy: checked ? checked.correct / checked.count : null,
  };
}

/** Lets timers, input and painting have their turn. */
function breathe(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
