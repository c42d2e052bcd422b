import type { WeightOptions } from './columns.js';
import { internLabels } from './intern-labels.js';
import type { Labels } from './label.js';
import { meanOver } from './mean-over.js';

/** Options of {@link accuracyScore}. */
export interface AccuracyScoreOptions extends WeightOptions {
  /** Returns the share of right predictions (true, the default) or how many there are (false). */
  readonly normalize?: boolean | undefined;
}

/**
 * The share of predictions that are right.
 *
 * @param yTrue - True class labels, shape `[n]`.
 * @param yPred - Predicted class labels, same shape.
 * @returns 0 to 1; with `normalize: false` the number (or weight) of right predictions. NaN if all weights are 0.
 * @throws RangeError if the lengths differ, nothing is given, or a weight is negative.
 * @see scikit-learn `accuracy_score` (oracle: oracles/metrics.py)
 * @example
 * accuracyScore(['a', 'b', 'b', 'b'], ['a', 'b', 'b', 'a']); // 0.75
 */
export function accuracyScore(yTrue: Labels, yPred: Labels, options: AccuracyScoreOptions = {}): number {
  const { sampleWeight, normalize } = options;
  const { codes, n } = internLabels({ yTrue, yPred }, sampleWeight);
  const [trueCodes, predCodes] = codes as [Int32Array, Int32Array];
  return meanOver(n, (i) => (trueCodes[i] === predCodes[i] ? 1 : 0), { sampleWeight, normalize });
}
