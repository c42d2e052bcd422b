import type { Dataset } from '../dataset/dataset.js';
import type { FitOptions } from '../model/fit-options.js';
import type { TransferModel } from '../model/transfer-model.js';
import type { LearningRateSuggestion } from './suggest-learning-rate.js';

/** Options of {@link learningRateFinder}: what `fit` takes of data, optimizer and loss, and the range. */
export interface LearningRateFinderOptions extends Pick<
  FitOptions,
  | 'augmentation'
  | 'batchSize'
  | 'classWeights'
  | 'loss'
  | 'onProgress'
  | 'onWarning'
  | 'optimizer'
  | 'precision'
  | 'seed'
  | 'signal'
  | 'views'
> {
  /** The first step's learning rate. Default: 1e-7. */
  readonly from?: number | undefined;
  /** The last step's. Default: 10. */
  readonly to?: number | undefined;
  /** Default: 100. */
  readonly steps?: number | undefined;
  /** Weight of the past in the smoothed loss, from 0 to below 1. Default: 0.9. */
  readonly smoothing?: number | undefined;
}

/** One step of {@link learningRateFinder}. */
export interface LearningRatePoint {
  readonly learningRate: number;
  /** The batch's loss before the step. */
  readonly loss: number;
  /** Exponential moving average of the losses, corrected for its start. */
  readonly smoothedLoss: number;
}

/** What {@link learningRateFinder} found. */
export interface LearningRateRange extends LearningRateSuggestion {
  readonly points: readonly LearningRatePoint[];
  /** Whether the loss ran away before the last step. */
  readonly diverged: boolean;
}

/**
 * Smith's range test: trains on one batch after another, the learning rate growing from step to step, and looks where the loss
 * falls fastest. A copy of the untrained model is used up for it; the model itself is not changed.
 *
 * @throws RangeError for options out of range, a head that is solved at once, or too few steps before the loss ran away; what
 *   `fit` throws.
 * @see Smith, "Cyclical learning rates for training neural networks", 2017; fastai `Learner.lr_find`
 * @example `const { suggestion } = await learningRateFinder(model, train); await model.fit(train, { learningRate: suggestion })`
 */
export async function learningRateFinder(
  model: TransferModel,
  train: Dataset,
  options: LearningRateFinderOptions = {},
): Promise<LearningRateRange> {
  const { rangeTest } = await import('./range-test.js');
  return rangeTest(model, train, options);
}
