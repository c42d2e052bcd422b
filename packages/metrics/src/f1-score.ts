import {
  averagedScore,
  type AveragedScoreOptions,
  type PerClassOptions,
  type SingleScoreOptions,
} from './averaged-score.js';
import type { Labels } from './label.js';
import { fbetaRate } from './rates.js';

/**
 * Harmonic mean of precision and recall: `2 tp / (2 tp + fp + fn)`.
 *
 * @param yTrue - True class labels, shape `[n]`.
 * @param yPred - Predicted class labels, same shape.
 * @returns 0 to 1. With `average: 'none'` one score for each class, shape `[numClasses]`.
 * @throws RangeError if the lengths differ, nothing is given, a weight is negative, or `binary` does not fit the labels.
 * @see scikit-learn `f1_score` (oracle: oracles/metrics.py)
 * @example
 * f1Score(['a', 'b', 'b'], ['a', 'b', 'a'], { average: 'macro' }); // 0.6666666666666666
 */
export function f1Score(yTrue: Labels, yPred: Labels, options: PerClassOptions): number[];
export function f1Score(yTrue: Labels, yPred: Labels, options?: SingleScoreOptions): number;
export function f1Score(yTrue: Labels, yPred: Labels, options: AveragedScoreOptions = {}): number | number[] {
  return averagedScore(yTrue, yPred, { rate: fbetaRate(1), options });
}
