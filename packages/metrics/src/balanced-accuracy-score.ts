import { countClasses } from './class-counts.js';
import type { WeightOptions } from './columns.js';
import type { Labels } from './label.js';
import { sum } from './sum.js';

/** Options of {@link balancedAccuracyScore}. */
export interface BalancedAccuracyScoreOptions extends WeightOptions {
  /** Moves the score of guessing at random to 0, and keeps that of a perfect model at 1. Default false. */
  readonly adjusted?: boolean | undefined;
  /** Receives warnings, one line each. Default: they are dropped. */
  readonly onWarning?: ((message: string) => void) | undefined;
}

/**
 * The mean of each class's recall, so that large classes do not outweigh small ones.
 *
 * @param yTrue - True class labels, shape `[n]`.
 * @param yPred - Predicted class labels, same shape.
 * @returns 0 to 1; with `adjusted` at most 1, and 0 for chance. Classes that only `yPred` holds are left out, with a warning.
 *   NaN with `adjusted` if there is one class only.
 * @throws RangeError if the lengths differ, nothing is given, or a weight is negative.
 * @see scikit-learn `balanced_accuracy_score` (oracle: oracles/metrics.py)
 * @example
 * balancedAccuracyScore(['a', 'a', 'a', 'b'], ['a', 'a', 'b', 'b']); // 0.8333333333333333
 */
export function balancedAccuracyScore(
  yTrue: Labels,
  yPred: Labels,
  options: BalancedAccuracyScoreOptions = {},
): number {
  const { hits, actual } = countClasses(yTrue, yPred, { sampleWeight: options.sampleWeight });
  const recalls = hits.map((hit, i) => hit / (actual[i] as number)).filter((recall) => !Number.isNaN(recall));
  if (recalls.length < hits.length)
    options.onWarning?.('yPred contains classes that yTrue lacks; they are left out of the mean');
  const score = sum(recalls) / recalls.length;
  if (!options.adjusted) return score;
  const chance = 1 / recalls.length;
  return (score - chance) / (1 - chance);
}
