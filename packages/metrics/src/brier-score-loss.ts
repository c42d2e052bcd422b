import { readBinaryProbabilities } from './binary-probabilities.js';
import type { WeightOptions } from './columns.js';
import type { Label, Labels } from './label.js';
import { meanOver } from './mean-over.js';
import { isRows, readScoreTable, type ScoreRows } from './score-table.js';

/** Options of {@link brierScoreLoss}. */
export interface BrierScoreLossOptions extends WeightOptions {
  /** Two classes: the positive one. Default 1 where the labels are 0 and 1, or -1 and 1; else the greater number; strings must be named. */
  readonly posLabel?: Label | undefined;
  /** Many classes: the class of each column. Default: the labels that occur, sorted. */
  readonly labels?: Labels | undefined;
  /** Halves the sum of squares, so that the loss lies in 0 to 1 instead of 0 to 2. Default `auto`: for two classes only. */
  readonly scaleByHalf?: boolean | 'auto' | undefined;
}

/**
 * Mean squared distance between predicted probabilities and what happened.
 *
 * @param yTrue - True class labels, shape `[n]`.
 * @param yProba - Two classes: probability of the positive class, shape `[n]`. More: shape `[n, numClasses]`, rows summing to 1.
 * @returns 0 to 1 for two classes, 0 to 2 for more (see `scaleByHalf`); smaller is better.
 * @throws RangeError if the lengths differ, a probability is outside 0 to 1 or not finite, a row does not sum to 1, or a label is unknown.
 * @see scikit-learn `brier_score_loss` (oracle: oracles/metrics.py)
 * @example
 * brierScoreLoss([0, 1, 1, 0], [0.1, 0.9, 0.8, 0.5]); // 0.0775
 */
export function brierScoreLoss(
  yTrue: Labels,
  yProba: ArrayLike<number> | ScoreRows,
  options: BrierScoreLossOptions = {},
): number {
  const { sampleWeight, labels, posLabel, scaleByHalf = 'auto' } = options;
  if (!isRows(yProba)) {
    const { isPositive, n } = readBinaryProbabilities({
      yTrue,
      yProba,
      name: 'yProba',
      posLabel,
      sampleWeight,
      greaterIsPositive: true,
    });
    const loss = meanOver(n, (i) => ((isPositive(i) ? 1 : 0) - (yProba[i] as number)) ** 2, { sampleWeight });
    return scaleByHalf ? loss : 2 * loss;
  }
  const { classes, truth, n, at } = readScoreTable({
    yTrue,
    scores: yProba,
    name: 'yProba',
    labels,
    sampleWeight,
    probabilities: true,
  });
  const distance = (i: number) =>
    classes.reduce<number>((total, _, c) => total + ((truth[i] === c ? 1 : 0) - at(i, c)) ** 2, 0);
  const loss = meanOver(n, distance, { sampleWeight });
  return (scaleByHalf === 'auto' ? classes.length < 3 : scaleByHalf) ? loss / 2 : loss;
}
