import type { Augmentation } from '../augmentation/augmentation.js';
import type { Dataset, Sample } from '../dataset/dataset.js';
import type { Sampler } from '../dataset/sample-order.js';
import type { CheckpointStore } from '../ports/checkpoint-store.js';
import type { ProgressListener } from '../progress.js';
import type { Precision } from '../quantization/quantization-plan.js';
import type { TrainingCallback } from '../training/callback.js';
import { checkOptions } from '../training/check-options.js';
import type { LearningRateSchedule, SchedulePlan } from '../training/learning-rate-schedule.js';
import type { Loss } from '../training/losses/loss.js';
import type { LossName, LossOptions } from '../training/losses/loss-registry.js';
import type { OptimizerName, OptimizerOptions } from '../training/optimizers/optimizer-registry.js';
import type { ScheduleName, ScheduleOptions } from '../training/schedules/schedule-registry.js';
import type { ValidationMetricName } from '../training/validation-metric-names.js';
import type { ValidationMetric } from '../training/validation-metric.js';

/** Options of `TransferModel.fit`. */
export interface FitOptions {
  /** Measured after each epoch; picks the epoch whose weights are kept (least loss). None by default: the last is kept. */
  readonly validation?: Dataset | undefined;
  /** Passes over the training set, 1 or more. Default: 25. */
  readonly epochs?: number | undefined;
  /** Samples for each step, 1 or more. Default: 8. */
  readonly batchSize?: number | undefined;
  /** The arithmetic of the frozen prefix from now on. Default: the model's own. */
  readonly precision?: Precision | undefined;
  /** The highest learning rate of the schedule, above 0. Default: 0.001. */
  readonly learningRate?: number | undefined;
  /** Inverse-time decay for each step: `learningRate / (1 + decay · step)`; short for that schedule. Default: 0. */
  readonly decay?: number | undefined;
  /** How the learning rate changes from step to step; a name, a name with settings, or a function. Default: `constant`. */
  readonly schedule?: ScheduleName | ScheduleOptions | ((plan: SchedulePlan) => LearningRateSchedule) | undefined;
  /**
   * A name, or a name with settings: its own, gradient clipping, accumulation, moving average of the weights.
   * Default: `adam`.
   */
  readonly optimizer?: OptimizerName | OptimizerOptions | undefined;
  /** A name, a name with settings (such as `labelSmoothing`), or a loss of your own. Default: `categoricalCrossentropy`. */
  readonly loss?: LossName | LossOptions | Loss | undefined;
  /**
   * What the samples of each class count, by name; `balanced` weighs each class by `samples / (classes · samples of the class)`,
   * as scikit-learn does. They multiply the samples' own `weight`. Default: 1 each.
   */
  readonly classWeights?: Readonly<Record<string, number>> | 'balanced' | undefined;
  /** The share of each class in a training sample, by class name, summing to 1. Default: a sample is wholly of its class. */
  readonly softLabels?: ((sample: Sample) => Readonly<Record<string, number>>) | undefined;
  /**
   * The samples of an epoch, in the order in which they are trained on; a sample may come more than once or never. A name
   * (`shuffle`, `oversample`, `balanced`), or a function. Default: `shuffle`.
   */
  readonly sampler?: Sampler | EpochSampler | undefined;
  /** Measured on the validation set after each epoch; they stand in the log as `valF1Score` and so on. Default: none. */
  readonly metrics?: readonly (ValidationMetric | ValidationMetricName)[] | undefined;
  /** Random changes to training images, in this order. Default: none. */
  readonly augmentation?: readonly Augmentation[] | undefined;
  /**
   * How many views of each training image are run through the frozen prefix and cached; each epoch draws among them.
   * View 0 is the image itself. `'epoch'` draws a fresh view for each image in each epoch, as the notebook does, and runs the
   * prefix anew each time. Default: 1 without augmentation, else 4.
   */
  readonly views?: number | 'epoch' | undefined;
  /** Decides order, views, augmentation and dropout. Default: the model's own seed. */
  readonly seed?: number | undefined;
  readonly callbacks?: readonly TrainingCallback[] | undefined;
  /** Keeps the run after each epoch, so that one that was cut off can go on to the very same weights. None by default. */
  readonly checkpoint?: CheckpointOptions | undefined;
  /** A clock in milliseconds, for the history's `elapsedMs`. Default: `performance.now`. */
  readonly now?: (() => number) | undefined;
  readonly onProgress?: ProgressListener | undefined;
  /** Receives what a user should know but what does not stop the work. */
  readonly onWarning?: ((message: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Chooses the samples of an epoch: places in the training set. */
export type EpochSampler = (epoch: {
  /** From 0. */
  readonly epoch: number;
  readonly seed: number;
  /** The class index of each sample. */
  readonly labels: readonly number[];
}) => readonly number[];

/** Where a run is kept. */
export interface CheckpointOptions {
  /** The place for one stage of training: `fit`, or `fine-tune-1` and so on. */
  readonly open: (stage: string) => CheckpointStore;
  /**
   * Goes on from what is there, or starts where nothing is; what is of another run is refused and left as it is. Without it a run
   * starts anew, and replaces what is there after its first epoch. Default: false.
   */
  readonly resume?: boolean | undefined;
}

const names: Readonly<Record<keyof FitOptions, true>> = {
  augmentation: true,
  batchSize: true,
  callbacks: true,
  checkpoint: true,
  classWeights: true,
  decay: true,
  epochs: true,
  learningRate: true,
  loss: true,
  metrics: true,
  now: true,
  onProgress: true,
  onWarning: true,
  optimizer: true,
  precision: true,
  sampler: true,
  schedule: true,
  seed: true,
  signal: true,
  softLabels: true,
  validation: true,
  views: true,
};

/** @throws RangeError for an option that `fit` does not have, listing those that it has. */
export function checkFitOptions(options: object): void {
  checkOptions('fit', options, Object.keys(names));
}
