import type { Dataset } from '../dataset/dataset.js';
import type { GroupBy } from '../dataset/group-by.js';
import type { Evaluation } from '../evaluation/evaluate.js';
import type { FeatureMemo } from '../features/feature-memo.js';
import type { SkippedImage } from '../model/collect-features.js';
import type { FitOptions } from '../model/fit-options.js';
import type { TransferModel } from '../model/transfer-model.js';

/** Options of {@link crossValidate}: what `fit` takes, but for a validation set, and how folds are made. */
export interface CrossValidateOptions extends Omit<FitOptions, 'validation' | 'checkpoint' | 'callbacks'> {
  /** How many folds, 2 or more. Default: 5. */
  readonly nSplits?: number | undefined;
  /** How often all folds are drawn anew. Default: 1. */
  readonly nRepeats?: number | undefined;
  /** What must not stand on both sides. Default: the samples' own `group`, where they have one. */
  readonly groupBy?: GroupBy | undefined;
  /** Holds activations between calls on one data set. Default: one for this call. */
  readonly memo?: FeatureMemo | undefined;
}

/** Figures of one fold's test side. */
export interface FoldResult {
  /** From 1. */
  readonly repeat: number;
  /** From 1. */
  readonly fold: number;
  readonly counts: { readonly train: number; readonly test: number };
  /** 0–1. */
  readonly accuracy: number;
  /** Mean of the classes' F1 scores, 0–1. */
  readonly macroF1: number;
  /** Mean cross-entropy. */
  readonly loss: number;
}

/** Figures that are averaged over folds. */
export type FoldFigures = Readonly<Record<'accuracy' | 'macroF1' | 'loss', number>>;

/** What {@link crossValidate} found. */
export interface CrossValidation {
  readonly folds: readonly FoldResult[];
  /** Means over the folds. */
  readonly mean: FoldFigures;
  /** Standard deviations over the folds, with the number of folds as divisor, as numpy's `std`. */
  readonly sd: FoldFigures;
  /**
   * Metrics on the out-of-fold predictions: each sample once, in the data set's order, by models that did not see it. With
   * repeats a sample's scores are averaged.
   */
  readonly evaluation: Evaluation;
  readonly skipped: readonly SkippedImage[];
}

/**
 * Trains and tests a model's head on stratified folds. Each image runs through the frozen prefix once for each view, and each
 * fold starts from the same initial weights. The model itself is not changed, and need not know its classes.
 *
 * @throws RangeError for options out of range; DatasetError if a class cannot be on both sides, or images cannot be read;
 *   AbortedError if aborted.
 * @example
 * ```ts
 * const { mean, sd } = await crossValidate(model, dataset, { nSplits: 5, epochs: 25 });
 * console.log(`${mean.accuracy.toFixed(3)} ± ${sd.accuracy.toFixed(3)}`);
 * ```
 */
export async function crossValidate(
  model: TransferModel,
  dataset: Dataset,
  options: CrossValidateOptions = {},
): Promise<CrossValidation> {
  const { trainFolds } = await import('./train-folds.js');
  return trainFolds(model, dataset, options);
}
