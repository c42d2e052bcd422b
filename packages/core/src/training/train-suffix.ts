import { TrainingError } from '../errors.js';
import type { NetworkRunner } from '../network/run-network.js';
import { breather } from './breather.js';
import type { TrainingCallback } from './callback.js';
import type { RunCheckpoint } from './checkpoint/run-checkpoint.js';
import type { EpochLog, History } from './history.js';
import { categoricalCrossentropy } from './losses/categorical-crossentropy.js';
import type { Loss } from './losses/loss.js';
import { measureSuffix, type ValidationFigures } from './measure-suffix.js';
import type { Optimizer } from './optimizer.js';
import type { ScoreSums } from './score-logits.js';
import { SuffixWeights } from './suffix-weights.js';
import { trainEpoch } from './train-epoch.js';
import { TrainingRun } from './training-run.js';
import type { TrainingSet, ValidationSet } from './training-set.js';
import { validationMetrics, type ValidationMetric } from './validation-metric.js';

/** What {@link trainSuffix} needs. */
export interface TrainSuffixOptions {
  readonly suffix: NetworkRunner;
  readonly train: TrainingSet;
  readonly validation?: ValidationSet | undefined;
  readonly epochs: number;
  readonly batchSize: number;
  /** Default: {@link categoricalCrossentropy}. */
  readonly loss?: Loss | undefined;
  /** Disposed at the end. */
  readonly optimizer: Optimizer;
  readonly seed: number;
  /** Measured on the validation set after each epoch. */
  readonly metrics?: readonly ValidationMetric[] | undefined;
  readonly callbacks?: readonly TrainingCallback[] | undefined;
  /** Measures the weights that training begins with on the validation set too, and tells the callbacks. Default: false. */
  readonly measureStart?: boolean | undefined;
  /** Where the run is kept after each epoch. */
  readonly checkpoint?: RunCheckpoint | undefined;
  readonly signal?: AbortSignal | undefined;
  /** A clock in milliseconds, for pauses. Default: `performance.now`. */
  readonly now?: (() => number) | undefined;
}

/**
 * Trains a suffix on activations. All that is drawn is keyed by seed and epoch, so the same seed gives the same weights, whether
 * the run was cut off in between or not.
 *
 * @throws RangeError if the suffix does not end as the loss demands; TrainingError if the loss is not a number; AbortedError if
 *   aborted; ArtifactError if there is a checkpoint of another run.
 */
export async function trainSuffix(options: TrainSuffixOptions): Promise<History> {
  const { suffix, validation, callbacks = [], optimizer, checkpoint } = options;
  const loss = options.loss ?? categoricalCrossentropy();
  const metrics = validationMetrics([
    ...(options.metrics ?? []),
    ...callbacks.flatMap((callback) => callback.metrics ?? []),
  ]);
  const measure = async () => validation && (await measureSuffix(suffix, validation, { loss, metrics }));
  try {
    refuseOtherEnd(suffix, loss);
    const weights = new SuffixWeights(suffix.network);
    const run = new TrainingRun({ weights, optimizer });
    const breathe = breather(options.now ?? (() => performance.now()));
    if (!(await checkpoint?.restore(run, callbacks))) {
      const start = options.measureStart === true ? await measure() : undefined;
      for (const callback of callbacks) await callback.onTrainBegin?.(run.control, start);
    }
    while (run.epoch < options.epochs && !run.stopped) {
      const trained = await trainEpoch(run.epoch, { ...options, loss, variables: weights.variables, breathe });
      optimizer.swapAverages();
      const log = epochLog(run, trained, await measure());
      run.add(log);
      for (const callback of callbacks) await callback.onEpochEnd?.(log, run.control);
      if (!Number.isFinite(log.loss) && run.progress.stopReason === undefined) throw lossIsNoNumber(log);
      optimizer.swapAverages();
      await checkpoint?.save(run, callbacks);
    }
    if (!run.done) {
      optimizer.swapAverages();
      for (const callback of callbacks) await callback.onTrainEnd?.(run.control);
      run.finish();
      await checkpoint?.save(run, callbacks);
    }
    return run.history;
  } finally {
    optimizer.dispose();
  }
}

function epochLog(run: TrainingRun, trained: ScoreSums, checked: ValidationFigures | undefined): EpochLog {
  return {
    epoch: run.epoch + 1,
    loss: trained.loss / trained.count,
    accuracy: trained.correct / trained.count,
    ...(checked ?? { valLoss: null, valAccuracy: null }),
    learningRate: run.optimizer.learningRate,
  };
}

function refuseOtherEnd(suffix: NetworkRunner, loss: Loss): void {
  if (suffix.lastActivation === loss.activation) return;
  throw new RangeError(
    `loss "${loss.name}" needs a head that ends in a layer of its own for ${loss.activation}; this one ends in ` +
      `${suffix.lastActivation ?? 'another layer'}: choose another loss, or another head`,
  );
}

function lossIsNoNumber({ loss, epoch, learningRate }: EpochLog): TrainingError {
  return new TrainingError(
    `the loss became ${loss} in epoch ${epoch}; lower the learning rate (now ${learningRate}) or check the images`,
  );
}
