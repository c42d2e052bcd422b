import type { WeightOptions } from './columns.js';
import type { Labels } from './label.js';
import { meanOver } from './mean-over.js';
import { readScoreTable, type ScoreRows } from './score-table.js';

/** Options of {@link logLoss}. */
export interface LogLossOptions extends WeightOptions {
  /** The class of each column of `yProba`. Default: the labels that occur in `yTrue`, sorted. */
  readonly labels?: Labels | undefined;
  /** Returns the mean over samples (true, the default) or the sum (false). */
  readonly normalize?: boolean | undefined;
}

/**
 * Cross-entropy between the true classes and predicted probabilities, in nats.
 *
 * @param yTrue - True class labels, shape `[n]`.
 * @param yProba - Probabilities 0 to 1: rows of shape `[n, numClasses]` that sum to 1 (within 1e-5), or, for two
 *   classes, those of the second class, shape `[n]`. They are clipped by the machine epsilon of their own precision.
 * @returns 0 (certain and right) or more; smaller is better.
 * @throws RangeError if the lengths differ, a probability is outside 0 to 1 or not finite, a row does not sum to 1,
 *   or a label is unknown.
 * @see scikit-learn `log_loss` (oracle: oracles/metrics.py). Unlike there, unsorted `labels` name the columns as given.
 * @example
 * logLoss(['no', 'yes'], [0.5, 0.5]); // 0.6931471805599453
 */
export function logLoss(yTrue: Labels, yProba: ArrayLike<number> | ScoreRows, options: LogLossOptions = {}): number {
  const { labels, sampleWeight, normalize } = options;
  const { truth, n, at, epsilon } = readScoreTable({
    yTrue,
    scores: yProba,
    name: 'yProba',
    labels,
    sampleWeight,
    probabilities: true,
  });
  const loss = (i: number) => -Math.log(Math.min(Math.max(at(i, truth[i] as number), epsilon), 1 - epsilon));
  return meanOver(n, loss, { sampleWeight, normalize });
}
