import { accuracyScore } from './accuracy-score.js';
import type { WeightOptions } from './columns.js';
import type { Labels } from './label.js';

/**
 * The share of labels that are wrong. For one label per sample this equals `1 - accuracyScore`.
 *
 * @param yTrue - True class labels, shape `[n]`.
 * @param yPred - Predicted class labels, same shape.
 * @returns 0 to 1; smaller is better.
 * @throws RangeError if the lengths differ, nothing is given, or a weight is negative.
 * @see scikit-learn `hamming_loss` (oracle: oracles/metrics.py)
 * @example
 * hammingLoss([1, 2, 3, 4], [2, 2, 3, 4]); // 0.25
 */
export function hammingLoss(yTrue: Labels, yPred: Labels, options: WeightOptions = {}): number {
  return 1 - accuracyScore(yTrue, yPred, options);
}
