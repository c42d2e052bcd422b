import type { Dataset } from '../dataset/dataset.js';
import type { GroupBy } from '../dataset/group-by.js';
import type { FitOptions } from '../model/fit-options.js';
import type { TransferModel } from '../model/transfer-model.js';
import type { FoldFigures } from './cross-validate.js';
import type { DrawnTrial, SearchBranch } from './search-space.js';

/** Options of {@link randomSearch}. */
export interface RandomSearchOptions extends Pick<
  FitOptions,
  'augmentation' | 'classWeights' | 'onProgress' | 'onWarning' | 'precision' | 'seed' | 'signal' | 'views'
> {
  /** How many are drawn. Default: 20. */
  readonly trials?: number | undefined;
  /** Default: `defaultSearchSpace`. */
  readonly space?: readonly SearchBranch[] | undefined;
  /** By what trials are ranked: `accuracy` (default), `macroF1` or `loss`; ties by the loss. */
  readonly scoring?: keyof FoldFigures | undefined;
  /** Folds of each trial's cross-validation. Default: 5. */
  readonly nSplits?: number | undefined;
  /** Default: 1. */
  readonly nRepeats?: number | undefined;
  /** What must not stand on both sides. Default: the samples' own `group`, where they have one. */
  readonly groupBy?: GroupBy | undefined;
}

/** One trial and how it did. */
export interface SearchTrial extends DrawnTrial {
  /** In the order of drawing, from 1. */
  readonly trial: number;
  readonly mean: FoldFigures;
  readonly sd: FoldFigures;
}

/** A trial that could not be scored, and why. */
export interface FailedTrial extends DrawnTrial {
  readonly trial: number;
  readonly reason: string;
}

/** What {@link randomSearch} found. `String(search)` is a table. */
export interface RandomSearch {
  /** Best first. */
  readonly trials: readonly SearchTrial[];
  readonly failed: readonly FailedTrial[];
  /** The first trial's head and options, as `buildTransferModel` and `fit` take them; undefined if all failed. */
  readonly best: { readonly head: DrawnTrial['head']; readonly fit: FitOptions } | undefined;
  toString(): string;
}

/**
 * Tries heads and training settings at random, each judged by cross-validation inside the training data alone, on the same
 * folds. The images run through the frozen prefix once.
 *
 * @param train - The training side of a split: what is chosen here must not have seen the test samples.
 * @throws RangeError for options or a space out of range; DatasetError for data that cannot be folded; AbortedError if aborted.
 * @see Bergstra and Bengio, "Random search for hyper-parameter optimization", 2012
 * @example
 * ```ts
 * const { best } = await randomSearch(model, train, { trials: 30, seed: 42 });
 * const tuned = await buildTransferModel('vgg16', { head: best.head, runtime });
 * await tuned.fit(train, best.fit);
 * ```
 */
export async function randomSearch(
  model: TransferModel,
  train: Dataset,
  options: RandomSearchOptions = {},
): Promise<RandomSearch> {
  const { runTrials } = await import('./run-trials.js');
  return runTrials(model, train, options);
}
