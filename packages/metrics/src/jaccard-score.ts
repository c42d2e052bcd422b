import {
  averagedScore,
  type AveragedScoreOptions,
  type PerClassOptions,
  type SingleScoreOptions,
} from './averaged-score.js';
import type { Labels } from './label.js';
import type { Rate } from './average.js';

const jaccardRate: Rate = {
  name: 'Jaccard score',
  lacking: 'true or predicted',
  of: ({ hits, predicted, actual }) => [hits, hits + (predicted - hits) + (actual - hits)],
};

/**
 * Overlap of the samples of a class with those predicted as it: `tp / (tp + fp + fn)`.
 *
 * @param yTrue - True class labels, shape `[n]`.
 * @param yPred - Predicted class labels, same shape.
 * @returns 0 to 1. With `average: 'none'` one score for each class, shape `[numClasses]`.
 * @throws RangeError if the lengths differ, nothing is given, a weight is negative, or `binary` does not fit the labels.
 * @see scikit-learn `jaccard_score` (oracle: oracles/metrics.py)
 * @example
 * jaccardScore([0, 1, 1], [1, 1, 0]); // 0.3333333333333333
 */
export function jaccardScore(yTrue: Labels, yPred: Labels, options: PerClassOptions): number[];
export function jaccardScore(yTrue: Labels, yPred: Labels, options?: SingleScoreOptions): number;
export function jaccardScore(yTrue: Labels, yPred: Labels, options: AveragedScoreOptions = {}): number | number[] {
  return averagedScore(yTrue, yPred, { rate: jaccardRate, options });
}
