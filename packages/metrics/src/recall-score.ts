import {
  averagedScore,
  type AveragedScoreOptions,
  type PerClassOptions,
  type SingleScoreOptions,
} from './averaged-score.js';
import type { Labels } from './label.js';
import { recallRate } from './rates.js';

/**
 * Of the samples of a class, the share that was found: `tp / (tp + fn)`. Also called sensitivity.
 *
 * @param yTrue - True class labels, shape `[n]`.
 * @param yPred - Predicted class labels, same shape.
 * @returns 0 to 1. With `average: 'none'` one score for each class, shape `[numClasses]`.
 * @throws RangeError if the lengths differ, nothing is given, a weight is negative, or `binary` does not fit the labels.
 * @see scikit-learn `recall_score` (oracle: oracles/metrics.py)
 * @example
 * recallScore(['no', 'yes', 'yes', 'yes'], ['no', 'yes', 'yes', 'no'], { posLabel: 'yes' }); // 0.6666666666666666
 */
export function recallScore(yTrue: Labels, yPred: Labels, options: PerClassOptions): number[];
export function recallScore(yTrue: Labels, yPred: Labels, options?: SingleScoreOptions): number;
export function recallScore(yTrue: Labels, yPred: Labels, options: AveragedScoreOptions = {}): number | number[] {
  return averagedScore(yTrue, yPred, { rate: recallRate, options });
}
