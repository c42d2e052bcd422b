import type { WeightOptions } from './columns.js';
import type { Labels } from './label.js';
import { meanOver } from './mean-over.js';
import { checkWhole } from './refuse.js';
import { isRows, readScoreTable, type ScoreRows } from './score-table.js';

/** Options of {@link topKAccuracyScore}. */
export interface TopKAccuracyScoreOptions extends WeightOptions {
  /** How many of the highest scores to look at, 1 or more. Default 2. */
  readonly k?: number | undefined;
  /** The class of each column of `yScore`. Default: the labels that occur in `yTrue`, sorted. */
  readonly labels?: Labels | undefined;
  /** Returns the share of samples (true, the default) or how many there are (false). */
  readonly normalize?: boolean | undefined;
  /** Receives warnings, one line each. Default: they are dropped. */
  readonly onWarning?: ((message: string) => void) | undefined;
}

/**
 * The share of samples whose true class is among the `k` classes with the highest scores.
 *
 * @param yTrue - True class labels, shape `[n]`.
 * @param yScore - Scores of shape `[n, numClasses]`, or, for two classes, of the second class, shape `[n]`: then a sample is
 *   positive above 0.5 if all scores lie in 0 to 1, else above 0.
 * @returns 0 to 1. Of equal scores, that of the later class counts as higher.
 * @throws RangeError if `k` is not 1 or more, the lengths differ, nothing is given, a score is not finite, or a label is unknown.
 * @see scikit-learn `top_k_accuracy_score` (oracle: oracles/metrics.py)
 * @example
 * topKAccuracyScore([0, 1, 2], [[0.5, 0.3, 0.2], [0.3, 0.2, 0.5], [0.2, 0.5, 0.3]]); // 0.6666666666666666
 */
export function topKAccuracyScore(
  yTrue: Labels,
  yScore: ArrayLike<number> | ScoreRows,
  options: TopKAccuracyScoreOptions = {},
): number {
  const { k = 2, labels, sampleWeight, normalize } = options;
  checkWhole('k', k);
  const { classes, truth, n, at } = readScoreTable({
    yTrue,
    scores: yScore,
    name: 'yScore',
    labels,
    sampleWeight,
    probabilities: false,
  });
  const width = classes.length;
  if (k >= width)
    options.onWarning?.(`k is ${k} but there are ${width} classes, so every sample counts as right; pass a smaller k`);
  const values = isRows(yScore) ? undefined : Float64Array.from(yScore);
  const threshold = values?.every((score) => score >= 0 && score <= 1) ? 0.5 : 0;
  const rank = (sample: number): number => {
    const own = truth[sample] as number;
    if (values) return Number((values[sample] as number) > threshold ? own === 0 : own === 1);
    const score = at(sample, own);
    let above = 0;
    for (let c = 0; c < width; c++) {
      const other = at(sample, c);
      if (other > score || (other === score && c > own)) above++;
    }
    return above;
  };
  return meanOver(n, (sample) => (rank(sample) < k ? 1 : 0), { sampleWeight, normalize });
}
