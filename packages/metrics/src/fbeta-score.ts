import {
  averagedScore,
  type AveragedScoreOptions,
  type PerClassOptions,
  type SingleScoreOptions,
} from './averaged-score.js';
import type { Labels } from './label.js';
import { fbetaRate } from './rates.js';

/** The weight of recall in {@link fbetaScore}. */
export interface BetaOption {
  /** How many times as much recall counts as precision, 0 or more, or Infinity. */
  readonly beta: number;
}

/**
 * Weighted harmonic mean of precision and recall: `(1 + beta²) tp / ((1 + beta²) tp + beta² fn + fp)`.
 *
 * @param yTrue - True class labels, shape `[n]`.
 * @param yPred - Predicted class labels, same shape.
 * @param options - `beta` is required.
 * @returns 0 to 1. With `average: 'none'` one score for each class, shape `[numClasses]`.
 * @throws RangeError if `beta` is negative, the lengths differ, nothing is given, a weight is negative, or `binary` does not fit the labels.
 * @see scikit-learn `fbeta_score` (oracle: oracles/metrics.py)
 * @example
 * fbetaScore([0, 1, 1, 1], [0, 0, 0, 1], { beta: 2 }); // 0.38461538461538464
 */
export function fbetaScore(yTrue: Labels, yPred: Labels, options: PerClassOptions & BetaOption): number[];
export function fbetaScore(yTrue: Labels, yPred: Labels, options: SingleScoreOptions & BetaOption): number;
export function fbetaScore(
  yTrue: Labels,
  yPred: Labels,
  options: AveragedScoreOptions & BetaOption,
): number | number[] {
  return averagedScore(yTrue, yPred, { rate: fbetaRate(options.beta), options });
}
