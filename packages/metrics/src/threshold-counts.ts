import { checkColumns, type WeightOptions } from './columns.js';
import { internLabels } from './intern-labels.js';
import type { Label, Labels } from './label.js';
import { positiveCode } from './positive-class.js';
import { refuse } from './refuse.js';
import { sortDescending } from './sort-descending.js';

/** Options of every metric that follows a threshold through the scores of one class. */
export interface ThresholdOptions extends WeightOptions {
  /** The positive class. Default 1 where the labels are 0 and 1, or -1 and 1. */
  readonly posLabel?: Label | undefined;
}

/** How many samples (or how much weight) lie at or above each distinct score, from the highest score down. */
export interface ThresholdCounts {
  readonly falsePositives: Float64Array;
  readonly truePositives: Float64Array;
  readonly thresholds: Float64Array;
  /** All negatives. */
  readonly negatives: number;
  /** All positives. */
  readonly positives: number;
}

/** Checks labels and scores, sorts by score and counts at each distinct one. */
export function countAtThresholds(
  yTrue: Labels,
  yScore: ArrayLike<number>,
  options: ThresholdOptions,
): ThresholdCounts {
  checkColumns({ yTrue, yScore }, options.sampleWeight);
  const interned = internLabels({ yTrue });
  const code = positiveCode(interned, options.posLabel);
  const codes = interned.codes[0] as Int32Array;
  return countScores({
    isPositive: (i) => codes[i] === code,
    scores: readScores(yScore),
    sampleWeight: options.sampleWeight,
  });
}

/** As {@link countAtThresholds}, refusing samples of one class only. */
export function countBothClasses(yTrue: Labels, yScore: ArrayLike<number>, options: ThresholdOptions): ThresholdCounts {
  const counts = countAtThresholds(yTrue, yScore, options);
  if (!(counts.negatives > 0 && counts.positives > 0)) refuse('yTrue has one class only; pass positives and negatives');
  return counts;
}

/** Copies scores, refusing what is not finite. */
export function readScores(yScore: ArrayLike<number>): Float64Array {
  const scores = new Float64Array(yScore.length);
  for (let i = 0; i < scores.length; i++) {
    const score = yScore[i] as number;
    if (!Number.isFinite(score)) refuse(`yScore[${i}] is ${String(score)}; expected a finite number for each sample`);
    scores[i] = score + 0; // -0 becomes 0
  }
  return scores;
}

/** Checked scores of one class against the rest. */
export interface OneClass {
  readonly isPositive: (sample: number) => boolean;
  readonly scores: Float64Array;
  readonly sampleWeight?: ArrayLike<number> | undefined;
}

/**
 * Visits each distinct score from the highest down, with the false and true positives at or above it. The last visit has all
 * negatives and positives. Samples of weight 0 are left out.
 */
export function visitThresholds(
  { isPositive, scores, sampleWeight }: OneClass,
  visit: (falsePositives: number, truePositives: number, threshold: number) => void,
): void {
  const order = sortDescending(scores);
  let positives = 0;
  let negatives = 0;
  let threshold = NaN;
  for (let i = 0; i < order.length; i++) {
    const sample = order[i] as number;
    const weight = sampleWeight ? (sampleWeight[sample] as number) : 1;
    if (weight === 0) continue;
    const score = scores[sample] as number;
    if (score !== threshold && positives + negatives > 0) visit(negatives, positives, threshold);
    threshold = score;
    if (isPositive(sample)) positives += weight;
    else negatives += weight;
  }
  if (positives + negatives === 0) refuse('every sampleWeight is 0; give some sample a weight above 0');
  visit(negatives, positives, threshold);
}

/** Keeps the counts of {@link visitThresholds}. */
export function countScores(input: OneClass): ThresholdCounts {
  const columns = [0, 1, 2].map(() => new Float64Array(input.scores.length)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  let size = 0;
  visitThresholds(input, (...counts) => {
    for (const [i, column] of columns.entries()) column[size] = counts[i] as number;
    size++;
  });
  const [falsePositives, truePositives, thresholds] = columns.map((column) =>
    column.subarray(0, size),
  ) as typeof columns;
  return {
    falsePositives,
    truePositives,
    thresholds,
    negatives: falsePositives[size - 1] as number,
    positives: truePositives[size - 1] as number,
  };
}
