import { checkColumns } from './columns.js';
import { internLabels } from './intern-labels.js';
import type { Label, Labels } from './label.js';
import { flag, positiveCode } from './positive-class.js';
import { refuse } from './refuse.js';
import { isRows, readScoreTable, type ScoreRows } from './score-table.js';
import { sortDescending } from './sort-descending.js';
import { sum } from './sum.js';
import { columnOf, type OneClass, readScores } from './threshold-counts.js';

/** What DeLong's methods take of one model. */
export interface AucInput {
  readonly yTrue: Labels;
  /** Scores of the positive class, shape `[n]`, or of each class, shape `[n, numClasses]`. */
  readonly scores: ArrayLike<number> | ScoreRows;
  /** What messages call the scores. */
  readonly name: string;
  readonly posLabel?: Label | undefined;
  readonly labels?: Labels | undefined;
}

/** An area under the ROC curve, and each sample's part in its uncertainty. */
export interface AucInfluence {
  readonly auc: number;
  /** Shape `[n]`. The area's variance is the sum of squares; a difference of areas has the differences of influences. */
  readonly influence: Float64Array;
}

/**
 * Area under the ROC curve with the influence of each sample; of rows of scores, the mean of the classes' areas, each against
 * the rest, whose influences are the means too.
 */
export function aucInfluence({ yTrue, scores, name, posLabel, labels }: AucInput): AucInfluence {
  if (isRows(scores)) {
    const { classes, truth, n, at } = readScoreTable({ yTrue, scores, name, labels, probabilities: false });
    const each = classes.map((label, column) =>
      oneClassInfluence({ positive: flag(truth, column), scores: columnOf(n, (i) => at(i, column)) }, label),
    );
    return {
      auc: sum(each.map(({ auc }) => auc)) / each.length,
      influence: columnOf(n, (i) => sum(each.map(({ influence }) => influence[i] as number)) / each.length),
    };
  }
  checkColumns({ yTrue, [name]: scores });
  const interned = internLabels({ yTrue });
  const code = positiveCode(interned, posLabel);
  return oneClassInfluence({ positive: flag(interned.codes[0] as Int32Array, code), scores: readScores(scores) });
}

function oneClassInfluence({ positive, scores }: OneClass, label?: Label): AucInfluence {
  const positives = sum(positive);
  const negatives = positive.length - positives;
  if (positives < 2 || negatives < 2) {
    const which = label === undefined ? '' : ` for ${JSON.stringify(label)}`;
    refuse(`yTrue has ${positives} positives and ${negatives} negatives${which}; a variance needs two or more of each`);
  }
  const shares = placements({ positive, scores });
  const auc = sum(shares.filter((_, i) => positive[i] === 1)) / positives;
  const scale = [negatives, positives].map((count) => 1 / Math.sqrt(count * (count - 1))) as [number, number];
  return { auc, influence: shares.map((share, i) => (share - auc) * scale[positive[i] as 0 | 1]) };
}

/** For each positive the share of negatives below it, for each negative the share of positives above it; ties count half. */
function placements({ positive, scores }: OneClass): Float64Array {
  const order = sortDescending(scores);
  const shares = new Float64Array(scores.length);
  const positives = sum(positive);
  const negatives = scores.length - positives;
  let above = 0;
  for (let start = 0, end = 0; start < order.length; start = end) {
    const score = scores[order[start] as number];
    let tied = 0;
    for (; end < order.length && scores[order[end] as number] === score; end++)
      tied += positive[order[end] as number] as number;
    const negativesBelow = negatives - (start - above) - (end - start - tied) / 2;
    for (const sample of order.subarray(start, end)) {
      shares[sample] = positive[sample] ? negativesBelow / negatives : (above + tied / 2) / positives;
    }
    above += tied;
  }
  return shares;
}

/** Root of the sum of squares: the standard error that influences add up to. */
export function influenceError(influence: Float64Array): number {
  return Math.sqrt(sum(influence.map((value) => value ** 2)));
}
