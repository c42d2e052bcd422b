import type { EpochLog } from './history.js';
import type { ValidationMetricName } from './validation-metric-names.js';
import type { ValidationMetric } from './validation-metric.js';

/** A copy of all weights that training can change. */
export interface WeightSnapshot {
  /** From 1; 0 before the first. */
  readonly epoch: number;
  readonly values: readonly Float32Array[];
}

/** All that a callback can do to training. */
export interface TrainingControl {
  /** The learning rate of the next step. */
  readonly learningRate: number;
  /** Multiplies the learning rate of every step to come, whatever the schedule says. */
  scaleLearningRate(factor: number): void;
  /** Ends training after this epoch. */
  stop(reason: string): void;
  /** Copies the weights as they are. */
  saveWeights(): Promise<WeightSnapshot>;
  /** Puts copied weights back. */
  restoreWeights(snapshot: WeightSnapshot): void;
}

/** What a callback remembers, so that a run that was cut off can go on. */
export interface CallbackState {
  /** Plain JSON. */
  readonly values: Readonly<Record<string, number | string | boolean | null>>;
  readonly weights?: WeightSnapshot | undefined;
}

/**
 * Looks on while a model trains, and may act. A callback belongs to one `fit`. Callbacks run in their order, one after the other.
 * @example `fit(train, { callbacks: [{ onEpochEnd: ({ epoch, loss }) => draw(epoch, loss) }] })`
 */
export interface TrainingCallback {
  /** For messages, and to find its own state again. */
  readonly name?: string | undefined;
  /** Figures that it wants to see in each epoch's log: metrics of `@graft-ml/metrics` by name, or its own. */
  readonly metrics?: readonly (ValidationMetric | ValidationMetricName)[] | undefined;
  /**
   * Called before the first epoch of a run; not where a run goes on, which calls `restore`.
   * @param start - Figures of the weights that training begins with, where `fineTune` measured them.
   */
  onTrainBegin?(control: TrainingControl, start: StartLog | undefined): void | Promise<void>;
  onEpochEnd?(log: EpochLog, control: TrainingControl): void | Promise<void>;
  onTrainEnd?(control: TrainingControl): void | Promise<void>;
  /** What to keep in a checkpoint. Without it the callback starts anew where a run goes on. */
  save?(): CallbackState;
  /** Takes back what `save` gave. */
  restore?(state: CallbackState): void | Promise<void>;
}

/** Figures on the validation set before the first step. */
export type StartLog = Readonly<Record<string, number | null>>;
