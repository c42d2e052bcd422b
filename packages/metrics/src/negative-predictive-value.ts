import {
  averagedScore,
  type AveragedScoreOptions,
  type PerClassOptions,
  type SingleScoreOptions,
} from './averaged-score.js';
import type { Labels } from './label.js';
import type { Rate } from './average.js';

const negativePredictiveRate: Rate = {
  name: 'negative predictive value',
  lacking: 'predicted negative',
  of: ({ hits, predicted, actual, total }) => {
    const negatives = total - predicted;
    return [negatives - (actual - hits), negatives];
  },
};

/**
 * Of the samples not predicted as a class, the share that is not of it: `tn / (tn + fn)`.
 *
 * @param yTrue - True class labels, shape `[n]`.
 * @param yPred - Predicted class labels, same shape.
 * @returns 0 to 1. `micro` pools the counts of all classes. With `average: 'none'` one score for each class, shape `[numClasses]`.
 * @throws RangeError if the lengths differ, nothing is given, a weight is negative, or `binary` does not fit the labels.
 * @see scikit-learn `precision_score` of the negative class (oracle: oracles/metrics.py)
 * @example
 * negativePredictiveValue([0, 0, 1, 1], [0, 0, 0, 1]); // 0.6666666666666666
 */
export function negativePredictiveValue(yTrue: Labels, yPred: Labels, options: PerClassOptions): number[];
export function negativePredictiveValue(yTrue: Labels, yPred: Labels, options?: SingleScoreOptions): number;
export function negativePredictiveValue(
  yTrue: Labels,
  yPred: Labels,
  options: AveragedScoreOptions = {},
): number | number[] {
  return averagedScore(yTrue, yPred, { rate: negativePredictiveRate, options });
}
