import { accuracyScore, type AccuracyScoreOptions } from './accuracy-score.js';
import type { Labels } from './label.js';
import { sum } from './sum.js';

/** Options of {@link zeroOneLoss}: as of `accuracyScore`, but `normalize: false` counts the wrong predictions. */
export type ZeroOneLossOptions = AccuracyScoreOptions;

/**
 * The share of predictions that are wrong.
 *
 * @param yTrue - True class labels, shape `[n]`.
 * @param yPred - Predicted class labels, same shape.
 * @returns 0 to 1, smaller is better; with `normalize: false` the number (or weight) of wrong predictions.
 * @throws RangeError if the lengths differ, nothing is given, or a weight is negative.
 * @see scikit-learn `zero_one_loss` (oracle: oracles/metrics.py)
 * @example
 * zeroOneLoss([1, 2, 3, 4], [2, 2, 3, 4], { normalize: false }); // 1
 */
export function zeroOneLoss(yTrue: Labels, yPred: Labels, options: ZeroOneLossOptions = {}): number {
  const { normalize = true, sampleWeight } = options;
  const right = accuracyScore(yTrue, yPred, options);
  if (normalize) return 1 - right;
  return (sampleWeight ? sum(sampleWeight) : yTrue.length) - right;
}
