import type { WeightOptions } from './columns.js';
import { confusionMatrix } from './confusion-matrix.js';
import type { Labels } from './label.js';
import { checkOption } from './refuse.js';
import { sum } from './sum.js';

/** Options of {@link cohenKappaScore}. */
export interface CohenKappaScoreOptions extends WeightOptions {
  /** The classes to compare and, for `weights`, their order; samples of others are dropped. Default: every label that occurs, sorted. */
  readonly labels?: Labels | undefined;
  /** How much a confusion counts: 1 (default), the distance of the classes (`linear`) or its square (`quadratic`). */
  readonly weights?: 'linear' | 'quadratic' | null | undefined;
  /** The score where chance agreement is total and kappa undefined. Default NaN. */
  readonly replaceUndefinedBy?: number | undefined;
  /** Receives warnings, one line each. Default: they are dropped. */
  readonly onWarning?: ((message: string) => void) | undefined;
}

/**
 * Cohen's kappa: agreement of two raters beyond what chance would give.
 *
 * @param y1 - Labels by the first rater, shape `[n]`.
 * @param y2 - Labels by the second rater, same shape. Swapping the two changes nothing.
 * @returns -1 to 1: 1 is full agreement, 0 is chance.
 * @throws RangeError if the lengths differ, nothing is given, a weight is negative, or none of `labels` occurs in `y1`.
 * @see scikit-learn `cohen_kappa_score` (oracle: oracles/metrics.py)
 * @example
 * cohenKappaScore(['no', 'no', 'yes', 'yes'], ['no', 'no', 'yes', 'no']); // 0.5
 */
export function cohenKappaScore(y1: Labels, y2: Labels, options: CohenKappaScoreOptions = {}): number {
  const { weights = null, labels, sampleWeight, replaceUndefinedBy = NaN } = options;
  checkOption('weights', weights, [null, 'linear', 'quadratic']);
  const { matrix } = confusionMatrix(y1, y2, { labels, sampleWeight, unknownLabels: 'drop' });
  const rows = matrix.map((row) => sum(row));
  const columns = matrix.map((_, j) => sum(matrix.map((row) => row[j] as number)));
  const total = sum(rows);
  const penalty = (distance: number) =>
    weights === 'linear' ? distance : weights ? distance ** 2 : Math.min(distance, 1);
  let observed = 0;
  let expected = 0;
  for (const [i, row] of matrix.entries()) {
    for (const [j, count] of row.entries()) {
      const cost = penalty(Math.abs(i - j));
      observed += cost * count;
      expected += (cost * ((rows[i] as number) * (columns[j] as number))) / total;
    }
  }
  if (total > 0 && expected !== 0) return 1 - observed / expected;
  options.onWarning?.(`kappa is undefined and set to ${replaceUndefinedBy}; pass replaceUndefinedBy to choose`);
  return replaceUndefinedBy;
}
