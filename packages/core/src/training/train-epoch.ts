import { concat, customGrad, dispose, keep, mul, scalar, tensor, tidy, variableGrads } from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Variable } from '@tensorflow/tfjs-core';
import { throwIfAborted } from '../errors.js';
import type { NetworkRunner } from '../network/run-network.js';
import { keyedRandom } from '../random/keyed-random.js';
import type { Loss } from './losses/loss.js';
import type { Optimizer } from './optimizer.js';
import { scoreLogits, type ScoreSums } from './score-logits.js';
import { oneHotTargets, type TrainingSet } from './training-set.js';

/** What {@link trainEpoch} needs. */
export interface TrainEpochOptions {
  readonly suffix: NetworkRunner;
  readonly train: TrainingSet;
  readonly batchSize: number;
  readonly loss: Loss;
  readonly optimizer: Optimizer;
  /** The weights that train. */
  readonly variables: readonly Variable[];
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
  /** Awaited between steps. */
  readonly breathe: () => Promise<void>;
}

/**
 * One pass over the training set. Views and dropout come from generators keyed by the epoch, so an epoch is the same whatever
 * went before it in this process.
 * @param epoch - From 0.
 * @throws AbortedError once the signal is aborted.
 */
export async function trainEpoch(epoch: number, options: TrainEpochOptions): Promise<ScoreSums> {
  const { suffix, train, batchSize, loss, seed, signal } = options;
  const table = await train.table(epoch);
  const order = train.order(epoch);
  const classes = suffix.classes;
  const targets = targetsOf(train, { order, epoch, classes });
  const weights = train.weights && Float32Array.from(order, (sample) => train.weights?.[sample] ?? 1);
  const seen = new Map<number, number>();
  const picks = order.map((sample) => {
    // A sample that comes again is drawn again.
    const repeat = seen.get(sample);
    seen.set(sample, (repeat ?? 0) + 1);
    const key = { seed, purpose: 'view', epoch, sample: train.ids[sample], repeat };
    return { sample, view: table.views === 1 ? 0 : keyedRandom(key).integer(table.views) };
  });
  const logits: Tensor[] = [];
  try {
    for (let from = 0; from < order.length; from += batchSize) {
      throwIfAborted(signal);
      const to = Math.min(from + batchSize, order.length);
      const step = trainStep(options, {
        input: tensor(table.gather(picks.slice(from, to)), [to - from, ...table.shape]),
        targets: tensor(targets.subarray(from * classes, to * classes), [to - from, classes]),
        weights: weights?.subarray(from, to),
        dropout: keyedRandom({ seed, purpose: 'dropout', epoch, step: from / batchSize }),
      });
      logits.push(step);
      await options.breathe();
    }
    const all = tidy(() => concat(logits));
    try {
      return scoreLogits(loss, { logits: (await all.data()) as Float32Array, targets, classes, weights });
    } finally {
      all.dispose();
    }
  } finally {
    dispose(logits);
  }
}

function targetsOf(
  train: TrainingSet,
  { order, epoch, classes }: { order: readonly number[]; epoch: number; classes: number },
): Float32Array {
  const labels = order.map((sample) => train.labels[sample] as number);
  const targets = oneHotTargets(labels, classes);
  if (train.target === undefined) return targets;
  for (const [row, sample] of order.entries()) {
    const shares = train.target(sample, epoch);
    let sum = 0;
    for (let i = 0; i < shares.length; i++) sum += shares[i] as number;
    if (shares.length !== classes || !(Math.abs(sum - 1) < 1e-3)) {
      const id = train.ids[sample] ?? '';
      throw new RangeError(
        `the target of "${id}" has ${shares.length} shares summing to ${sum}; expected ${classes} summing to 1`,
      );
    }
    targets.set(shares, row * classes);
  }
  return targets;
}

interface Batch {
  readonly input: Tensor;
  readonly targets: Tensor;
  readonly weights: Float32Array | undefined;
  readonly dropout: { uniform(): number };
}

/** One step; disposes the batch and returns its logits. */
function trainStep({ suffix, variables, optimizer, loss }: TrainEpochOptions, batch: Batch): Tensor {
  const { input, targets, dropout } = batch;
  const [rows = 0] = targets.shape;
  let logits: Tensor | undefined;
  try {
    tidy(() => {
      const { grads } = variableGrads(() => {
        // Kept beyond the gradient's own scope: the epoch's figures are computed from them.
        logits = keep(suffix.run(input, { dropout, until: suffix.logitsLayer }));
        return lossForGradient(logits, (values) => {
          const gradient = mul(loss.gradient(values, targets), 1 / rows);
          return batch.weights === undefined ? gradient : mul(gradient, tensor(batch.weights, [rows, 1]));
        });
      }, [...variables]);
      optimizer.apply(variables.map((variable) => ({ variable, gradient: grads[variable.name] as Tensor })));
    });
    return logits as unknown as Tensor;
  } catch (error) {
    logits?.dispose();
    throw error;
  } finally {
    dispose([input, targets]);
  }
}

/** A zero that has the given gradient by the logits. */
function lossForGradient(logits: Tensor, gradient: (logits: Tensor) => Tensor): Scalar {
  return customGrad((values, save) => {
    (save as (tensors: Tensor[]) => void)([values as Tensor]);
    return { value: scalar(0), gradFunc: (_: Tensor, [saved]: Tensor[]) => gradient(saved as Tensor) };
  })(logits);
}
