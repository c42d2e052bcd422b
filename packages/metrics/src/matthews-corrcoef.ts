import { countClasses } from './class-counts.js';
import type { WeightOptions } from './columns.js';
import type { Labels } from './label.js';
import { sum } from './sum.js';

/**
 * Matthews correlation coefficient, for two or more classes.
 *
 * @param yTrue - True class labels, shape `[n]`.
 * @param yPred - Predicted class labels, same shape.
 * @returns -1 to 1: 1 is perfect, 0 is chance, and 0 also where a side holds one class only.
 * @throws RangeError if the lengths differ, nothing is given, or a weight is negative.
 * @see scikit-learn `matthews_corrcoef` (oracle: oracles/metrics.py); Gorodkin (2004) for many classes.
 * @example
 * matthewsCorrcoef([1, 1, 1, 0], [1, 0, 1, 1]); // -0.3333333333333333
 */
export function matthewsCorrcoef(yTrue: Labels, yPred: Labels, options: WeightOptions = {}): number {
  const { hits, predicted, actual } = countClasses(yTrue, yPred, { sampleWeight: options.sampleWeight });
  const dot = (a: readonly number[], b: readonly number[]) => sum(a.map((value, i) => value * (b[i] as number)));
  const n = sum(predicted);
  const spread = (n ** 2 - dot(predicted, predicted)) * (n ** 2 - dot(actual, actual));
  return spread === 0 ? 0 : (sum(hits) * n - dot(actual, predicted)) / Math.sqrt(spread);
}
