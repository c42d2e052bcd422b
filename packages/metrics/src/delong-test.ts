import { checkColumns } from './columns.js';
import { internLabels } from './intern-labels.js';
import type { Label, Labels } from './label.js';
import { normalCdf, normalQuantile } from './normal.js';
import { positiveCode } from './positive-class.js';
import { checkShare, refuse } from './refuse.js';
import { sortDescending } from './sort-descending.js';
import { sum } from './sum.js';
import { readScores } from './threshold-counts.js';

/** What {@link deLongTest} takes. */
export interface DeLongTestInput {
  /** True class labels, shape `[n]`, two classes. */
  readonly yTrue: Labels;
  /** Scores of the positive class by the first model, shape `[n]`, finite. */
  readonly scoresA: ArrayLike<number>;
  /** Scores of the positive class by the second model, same shape. */
  readonly scoresB: ArrayLike<number>;
  /** The positive class. Default 1 where the labels are 0 and 1, or -1 and 1. */
  readonly posLabel?: Label | undefined;
  /** Confidence of the interval around the difference. Default 0.95. */
  readonly confidence?: number | undefined;
}

/** What {@link deLongTest} found. */
export interface DeLongTest {
  /** Area under the ROC curve of the first model, 0 to 1. */
  readonly aucA: number;
  /** Area under the ROC curve of the second model, 0 to 1. */
  readonly aucB: number;
  /** `aucA - aucB`. */
  readonly difference: number;
  /** Standard errors of both areas and of the difference. */
  readonly standardErrors: { readonly aucA: number; readonly aucB: number; readonly difference: number };
  /** Difference over its standard error; 0 if the models rank all pairs alike. */
  readonly z: number;
  /** Chance of a difference at least as large if both areas are equal, two-sided, 0 to 1. */
  readonly pValue: number;
  /** Lower end of the interval around the difference. */
  readonly lower: number;
  /** Upper end of the interval around the difference. */
  readonly upper: number;
}

/**
 * DeLong's test: do two models differ in area under the ROC curve on the same samples?
 *
 * @returns Both areas, their difference with its interval, and a p-value.
 * @throws RangeError if there are fewer than two positives or negatives, the lengths differ, a score is not finite, or the positive class is unclear.
 * @see DeLong, DeLong & Clarke-Pearson (1988); by ranks as Sun & Xu (2014) (oracle: oracles/metrics.py, by all pairs)
 * @example
 * deLongTest({ yTrue: [0, 0, 1, 1], scoresA: [0.1, 0.4, 0.35, 0.8], scoresB: [0.2, 0.1, 0.4, 0.3] }).difference; // -0.25
 */
export function deLongTest({ yTrue, scoresA, scoresB, posLabel, confidence = 0.95 }: DeLongTestInput): DeLongTest {
  checkShare('confidence', confidence, true);
  const n = checkColumns({ yTrue, scoresA, scoresB });
  const interned = internLabels({ yTrue });
  const code = positiveCode(interned, posLabel);
  const codes = interned.codes[0] as Int32Array;
  const positives: number[] = [];
  const negatives: number[] = [];
  for (let i = 0; i < n; i++) (codes[i] === code ? positives : negatives).push(i);
  if (positives.length < 2 || negatives.length < 2) {
    refuse(
      `yTrue has ${positives.length} positives and ${negatives.length} negatives; a variance needs two or more of each`,
    );
  }
  const a = placements(readScores(scoresA), positives, negatives);
  const b = placements(readScores(scoresB), positives, negatives);
  const error = (of: (side: 'positive' | 'negative', i: number) => number) =>
    Math.sqrt(
      variance(positives.map((_, i) => of('positive', i))) / positives.length +
        variance(negatives.map((_, i) => of('negative', i))) / negatives.length,
    );
  const standardErrors = {
    aucA: error((side, i) => a[side][i] as number),
    aucB: error((side, i) => b[side][i] as number),
    difference: error((side, i) => (a[side][i] as number) - (b[side][i] as number)),
  };
  const difference = a.auc - b.auc;
  const z = difference === 0 ? 0 : difference / standardErrors.difference;
  const reach = normalQuantile((1 + confidence) / 2) * standardErrors.difference;
  return {
    aucA: a.auc,
    aucB: b.auc,
    difference,
    standardErrors,
    z,
    pValue: 2 * normalCdf(-Math.abs(z)),
    lower: difference - reach,
    upper: difference + reach,
  };
}

/** For each positive the share of negatives below it, and for each negative the share of positives above it; ties count half. */
function placements(
  scores: Float64Array,
  positives: number[],
  negatives: number[],
): { positive: number[]; negative: number[]; auc: number } {
  const all = midranks(scores);
  const among = (members: number[]) => midranks(Float64Array.from(members, (i) => scores[i] as number));
  const ranksOfPositives = among(positives);
  const ranksOfNegatives = among(negatives);
  const positive = positives.map(
    (sample, i) => ((all[sample] as number) - (ranksOfPositives[i] as number)) / negatives.length,
  );
  const negative = negatives.map(
    (sample, i) => 1 - ((all[sample] as number) - (ranksOfNegatives[i] as number)) / positives.length,
  );
  return { positive, negative, auc: sum(positive) / positives.length };
}

/** Ranks from 1 for the lowest; equal scores share the mean of theirs. */
function midranks(scores: Float64Array): Float64Array {
  const order = sortDescending(scores).reverse();
  const ranks = new Float64Array(scores.length);
  for (let start = 0, end = 0; start < order.length; start = end) {
    const score = scores[order[start] as number];
    while (end < order.length && scores[order[end] as number] === score) end++;
    for (let i = start; i < end; i++) ranks[order[i] as number] = (start + end + 1) / 2;
  }
  return ranks;
}

function variance(values: readonly number[]): number {
  const mean = sum(values) / values.length;
  return sum(values.map((value) => (value - mean) ** 2)) / (values.length - 1);
}
