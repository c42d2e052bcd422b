import type { Labels } from './label.js';
import { countAtThresholds, type ThresholdCounts, type ThresholdOptions } from './threshold-counts.js';

/** Options of {@link rocCurve}. */
export interface RocCurveOptions extends ThresholdOptions {
  /** Leaves out points on a straight line between their neighbours. Default true. */
  readonly dropIntermediate?: boolean | undefined;
  /** Receives warnings, one line each. Default: they are dropped. */
  readonly onWarning?: ((message: string) => void) | undefined;
}

/** Points of a receiver operating characteristic, from (0, 0) to (1, 1). */
export interface RocCurve {
  /** False positive rate at each threshold, rising, 0 to 1. NaN throughout if there are no negatives. */
  readonly fpr: number[];
  /** True positive rate at each threshold, rising, 0 to 1. NaN throughout if there are no positives. */
  readonly tpr: number[];
  /** Falling; a sample counts as positive if its score is at least this. The first is Infinity. */
  readonly thresholds: number[];
}

/**
 * Receiver operating characteristic: what each threshold costs in false alarms and gains in hits.
 *
 * @param yTrue - True class labels, shape `[n]`.
 * @param yScore - Score of the positive class, shape `[n]`, finite; higher means more positive.
 * @returns Rates and thresholds, each of shape `[numPoints]`.
 * @throws RangeError if the lengths differ, nothing is given, a score is not finite, a weight is negative, or the positive class is unclear.
 * @see scikit-learn `roc_curve` (oracle: oracles/metrics.py)
 * @example
 * rocCurve([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]).tpr; // [0, 0.5, 0.5, 1, 1]
 */
export function rocCurve(yTrue: Labels, yScore: ArrayLike<number>, options: RocCurveOptions = {}): RocCurve {
  const counts = countAtThresholds(yTrue, yScore, options);
  for (const [kind, total] of [
    ['negative', counts.negatives],
    ['positive', counts.positives],
  ] as const) {
    if (total <= 0) options.onWarning?.(`yTrue has no ${kind} samples; the rate among them is NaN`);
  }
  return rocPoints(counts, options.dropIntermediate ?? true);
}

/** Rates at each threshold, with the point (0, 0) before them. */
export function rocPoints(counts: ThresholdCounts, dropIntermediate: boolean): RocCurve {
  const { falsePositives, truePositives, negatives, positives } = counts;
  const last = counts.thresholds.length - 1;
  const bends = (column: Float64Array, i: number) => {
    const [before, here, after] = column.subarray(i - 1, i + 2) as unknown as [number, number, number];
    return after - here - (here - before) !== 0;
  };
  const fpr = [negatives > 0 ? 0 : NaN];
  const tpr = [positives > 0 ? 0 : NaN];
  const thresholds = [Infinity];
  for (let i = 0; i <= last; i++) {
    if (dropIntermediate && i > 0 && i < last && !bends(falsePositives, i) && !bends(truePositives, i)) continue;
    fpr.push(negatives > 0 ? (falsePositives[i] as number) / negatives : NaN);
    tpr.push(positives > 0 ? (truePositives[i] as number) / positives : NaN);
    thresholds.push(counts.thresholds[i] as number);
  }
  return { fpr, tpr, thresholds };
}
