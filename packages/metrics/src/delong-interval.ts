import { aucInfluence, influenceError } from './auc-influence.js';
import type { Interval } from './interval.js';
import type { Label, Labels } from './label.js';
import { normalQuantile } from './normal.js';
import { checkShare } from './refuse.js';
import type { ScoreRows } from './score-table.js';

/** Options of {@link deLongInterval}. */
export interface DeLongIntervalOptions {
  /** The positive class. Default 1 where the labels are 0 and 1, or -1 and 1. */
  readonly posLabel?: Label | undefined;
  /** For rows: the class of each column. Default: the labels that occur, sorted. */
  readonly labels?: Labels | undefined;
  /** The share of such intervals that hold the true value. Default 0.95. */
  readonly confidence?: number | undefined;
}

/** An interval around an area under the ROC curve. */
export interface DeLongInterval extends Interval {
  readonly standardError: number;
}

/**
 * Confidence interval of an area under the ROC curve, from DeLong's variance. Samples count as independent. An area of 1 has
 * no variance and so no width: that does not make it certain.
 *
 * @param yTrue - True class labels, shape `[n]`.
 * @param yScore - Scores of the positive class, shape `[n]`, or of each class, shape `[n, numClasses]`: then of the mean of the
 *   classes' areas, each against the rest.
 * @returns The area, and the ends of its interval, kept within 0 to 1.
 * @throws RangeError if there are fewer than two positives or negatives, the lengths differ, or a score is not finite.
 * @see DeLong, DeLong & Clarke-Pearson (1988); by ranks as Sun & Xu (2014) (oracle: oracles/evaluation.py, by all pairs)
 * @example
 * deLongInterval([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]).estimate; // 0.75
 */
export function deLongInterval(
  yTrue: Labels,
  yScore: ArrayLike<number> | ScoreRows,
  options: DeLongIntervalOptions = {},
): DeLongInterval {
  const { posLabel, labels, confidence = 0.95 } = options;
  checkShare('confidence', confidence, true);
  const { auc, influence } = aucInfluence({ yTrue, scores: yScore, name: 'yScore', posLabel, labels });
  const standardError = influenceError(influence);
  const reach = normalQuantile((1 + confidence) / 2) * standardError;
  return { estimate: auc, lower: Math.max(0, auc - reach), upper: Math.min(1, auc + reach), confidence, standardError };
}
