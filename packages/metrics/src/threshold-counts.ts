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

/** Counts checked scores. Samples of weight 0 are left out. */
export function countScores(input: {
  isPositive: (sample: number) => boolean;
  scores: Float64Array;
  sampleWeight?: ArrayLike<number> | undefined;
}): ThresholdCounts {
  const { isPositive, scores, sampleWeight } = input;
  const order = sortDescending(scores);
  const falsePositives = new Float64Array(scores.length);
  const truePositives = new Float64Array(scores.length);
  const thresholds = new Float64Array(scores.length);
  let positives = 0;
  let negatives = 0;
  let last = -1;
  for (const sample of order) {
    const weight = sampleWeight ? (sampleWeight[sample] as number) : 1;
    if (weight === 0) continue;
    const score = scores[sample] as number;
    if (last < 0 || score !== thresholds[last]) thresholds[++last] = score;
    if (isPositive(sample)) positives += weight;
    else negatives += weight;
    truePositives[last] = positives;
    falsePositives[last] = negatives;
  }
  if (last < 0) refuse('every sampleWeight is 0; give some sample a weight above 0');
  const used = (column: Float64Array) => column.subarray(0, last + 1);
  return {
    falsePositives: used(falsePositives),
    truePositives: used(truePositives),
    thresholds: used(thresholds),
    negatives,
    positives,
  };
}
