import { checkColumns, type WeightOptions } from './columns.js';
import { internLabels } from './intern-labels.js';
import type { Label, Labels } from './label.js';
import { flag, positiveCode } from './positive-class.js';
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
    positive: flag(codes, code),
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
  return columnOf(yScore.length, (i) => {
    const score = yScore[i] as number;
    if (!Number.isFinite(score)) refuse(`yScore[${i}] is ${String(score)}; expected a finite number for each sample`);
    return score;
  });
}

/** A column of scores, with 0 in place of -0. */
export function columnOf(n: number, scoreOf: (sample: number) => number): Float64Array {
  const column = new Float64Array(n);
  for (let i = 0; i < n; i++) column[i] = scoreOf(i) + 0;
  return column;
}

/** Checked scores of one class against the rest. */
export interface OneClass {
  /** 1 for each sample of the class, 0 for the others. */
  readonly positive: Uint8Array;
  readonly scores: Float64Array;
  readonly sampleWeight?: ArrayLike<number> | undefined;
}

/** Counts checked scores. Samples of weight 0 are left out. */
export function countScores({ positive, scores, sampleWeight }: OneClass): ThresholdCounts {
  const order = sortDescending(scores);
  const [falsePositives, truePositives, thresholds] = [0, 1, 2].map(() => new Float64Array(scores.length)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  let positives = 0;
  let negatives = 0;
  let size = 0;
  for (let i = 0; i < order.length; i++) {
    const sample = order[i] as number;
    const weight = sampleWeight ? (sampleWeight[sample] as number) : 1;
    if (weight === 0) continue;
    const score = scores[sample] as number;
    if (size === 0 || score !== thresholds[size - 1]) thresholds[size++] = score;
    if (positive[sample]) positives += weight;
    else negatives += weight;
    truePositives[size - 1] = positives;
    falsePositives[size - 1] = negatives;
  }
  checkWeighed(positives + negatives);
  const [fps, tps, scoresUsed] = [falsePositives, truePositives, thresholds].map((column) => column.subarray(0, size));
  return { falsePositives: fps, truePositives: tps, thresholds: scoresUsed, negatives, positives } as ThresholdCounts;
}

/** Refuses samples that all weigh 0. */
export function checkWeighed(total: number): void {
  if (total === 0) refuse('every sampleWeight is 0; give some sample a weight above 0');
}
