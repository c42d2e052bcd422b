import { checkColumns } from './columns.js';
import { internLabels } from './intern-labels.js';
import type { Label, Labels } from './label.js';
import { normalCdf, normalQuantile } from './normal.js';
import { flag, positiveCode } from './positive-class.js';
import { checkShare, refuse } from './refuse.js';
import { sortDescending } from './sort-descending.js';
import { sum } from './sum.js';
import { type OneClass, readScores } from './threshold-counts.js';

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
  const positive = flag(interned.codes[0] as Int32Array, code);
  const positives = sum(positive);
  if (positives < 2 || n - positives < 2) {
    refuse(`yTrue has ${positives} positives and ${n - positives} negatives; a variance needs two or more of each`);
  }
  const a = placements({ positive, scores: readScores(scoresA) });
  const b = placements({ positive, scores: readScores(scoresB) });
  const side = (values: Float64Array, which: 0 | 1) => values.filter((_, i) => positive[i] === which);
  const error = (values: Float64Array) => Math.sqrt(squaredError(side(values, 1)) + squaredError(side(values, 0)));
  const aucA = sum(side(a, 1)) / positives;
  const aucB = sum(side(b, 1)) / positives;
  const difference = aucA - aucB;
  const standardErrors = {
    aucA: error(a),
    aucB: error(b),
    difference: error(a.map((value, i) => value - (b[i] as number))),
  };
  const z = difference === 0 ? 0 : difference / standardErrors.difference;
  const reach = normalQuantile((1 + confidence) / 2) * standardErrors.difference;
  return {
    aucA,
    aucB,
    difference,
    standardErrors,
    z,
    pValue: 2 * normalCdf(-Math.abs(z)),
    lower: difference - reach,
    upper: difference + reach,
  };
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

/** Squared standard error of the mean. */
function squaredError(values: Float64Array): number {
  const mean = sum(values) / values.length;
  return sum(values.map((value) => (value - mean) ** 2)) / (values.length - 1) / values.length;
}
