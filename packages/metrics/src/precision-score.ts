import {
  averagedScore,
  type AveragedScoreOptions,
  type PerClassOptions,
  type SingleScoreOptions,
} from './averaged-score.js';
import type { Labels } from './label.js';
import { precisionRate } from './rates.js';

/**
 * Of the samples predicted as a class, the share that is: `tp / (tp + fp)`.
 *
 * @param yTrue - True class labels, shape `[n]`.
 * @param yPred - Predicted class labels, same shape.
 * @returns 0 to 1. With `average: 'none'` one score for each class, shape `[numClasses]`.
 * @throws RangeError if the lengths differ, nothing is given, a weight is negative, or `binary` does not fit the labels.
 * @see scikit-learn `precision_score` (oracle: oracles/metrics.py)
 * @example
 * precisionScore([0, 1, 1, 0], [0, 1, 1, 1]); // 0.6666666666666666
 */
export function precisionScore(yTrue: Labels, yPred: Labels, options: PerClassOptions): number[];
export function precisionScore(yTrue: Labels, yPred: Labels, options?: SingleScoreOptions): number;
export function precisionScore(yTrue: Labels, yPred: Labels, options: AveragedScoreOptions = {}): number | number[] {
  return averagedScore(yTrue, yPred, { rate: precisionRate, options });
}
