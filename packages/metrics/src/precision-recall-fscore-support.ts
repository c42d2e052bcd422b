import {
  type AveragedScoreOptions,
  averageScores,
  countScoredClasses,
  type PerClassOptions,
  type SingleScoreOptions,
} from './averaged-score.js';
import type { Labels } from './label.js';
import { fbetaRate, precisionRate, recallRate } from './rates.js';

/** Three scores of one class, or averages over classes. */
export interface PrecisionRecallFscore {
  readonly precision: number;
  readonly recall: number;
  readonly fscore: number;
  /** Support is kept for single classes only. */
  readonly support: null;
}

/** Three scores and the support of each class, each of shape `[numClasses]`. */
export interface PrecisionRecallFscorePerClass {
  readonly precision: number[];
  readonly recall: number[];
  readonly fscore: number[];
  /** Samples (or weight) of each class in `yTrue`. */
  readonly support: number[];
}

interface Beta {
  /** How many times as much recall counts as precision in `fscore`, 0 or more, or Infinity. Default 1. */
  readonly beta?: number | undefined;
}

/**
 * Precision, recall, F-score and support in one pass.
 *
 * @param yTrue - True class labels, shape `[n]`.
 * @param yPred - Predicted class labels, same shape.
 * @param options - As for `precisionScore`, but `average` is `none` by default.
 * @returns Scores of 0 to 1: arrays over classes for `none`, else numbers, and then `support` is null.
 * @throws RangeError if `beta` is negative, the lengths differ, nothing is given, a weight is negative, or `binary` does not fit the labels.
 * @see scikit-learn `precision_recall_fscore_support` (oracle: oracles/metrics.py)
 * @example
 * precisionRecallFscoreSupport(['a', 'b', 'b'], ['a', 'b', 'a']).recall; // [1, 0.5]
 */
export function precisionRecallFscoreSupport(
  yTrue: Labels,
  yPred: Labels,
  options?: Omit<PerClassOptions, 'average'> & { readonly average?: 'none' | undefined } & Beta,
): PrecisionRecallFscorePerClass;
export function precisionRecallFscoreSupport(
  yTrue: Labels,
  yPred: Labels,
  options: SingleScoreOptions & { readonly average: NonNullable<SingleScoreOptions['average']> } & Beta,
): PrecisionRecallFscore;
export function precisionRecallFscoreSupport(
  yTrue: Labels,
  yPred: Labels,
  options: AveragedScoreOptions & Beta = {},
): PrecisionRecallFscore | PrecisionRecallFscorePerClass {
  const { average = 'none', beta = 1 } = options;
  const chosen = { ...options, average };
  const counts = countScoredClasses(yTrue, yPred, chosen);
  const [precision, recall, fscore] = [precisionRate, recallRate, fbetaRate(beta)].map((rate) =>
    averageScores(counts, rate, chosen),
  );
  const support = average === 'none' ? counts.actual : null;
  return { precision, recall, fscore, support } as PrecisionRecallFscore | PrecisionRecallFscorePerClass;
}
