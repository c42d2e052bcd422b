import type { Labels } from './label.js';
import { countBothClasses, type ThresholdOptions } from './threshold-counts.js';

/** Options of {@link detCurve}. */
export interface DetCurveOptions extends ThresholdOptions {
  /** Leaves out points between others of the same false negative rate. Default false. */
  readonly dropIntermediate?: boolean | undefined;
}

/** Points of a detection error tradeoff curve. */
export interface DetCurve {
  /** False positive rate at each threshold, falling, 0 to 1. */
  readonly fpr: number[];
  /** False negative rate at each threshold, rising, 0 to 1. */
  readonly fnr: number[];
  /** Rising; a sample counts as positive if its score is at least this. Infinity last, where nothing is positive. */
  readonly thresholds: number[];
}

/**
 * Detection error tradeoff: both kinds of error at every threshold that makes a difference.
 *
 * @param yTrue - True class labels, shape `[n]`, two classes.
 * @param yScore - Score of the positive class, shape `[n]`, finite; higher means more positive.
 * @returns Rates and thresholds, each of shape `[numPoints]`.
 * @throws RangeError if one class is missing, the lengths differ, nothing is given, a score is not finite, or a weight is negative.
 * @see scikit-learn `det_curve` (oracle: oracles/metrics.py)
 * @example
 * detCurve([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]).fnr; // [0, 0.5, 0.5]
 */
export function detCurve(yTrue: Labels, yScore: ArrayLike<number>, options: DetCurveOptions = {}): DetCurve {
  const counts = countBothClasses(yTrue, yScore, options);
  const { negatives, positives } = counts;
  let points = [
    { fp: 0, tp: 0, threshold: Infinity },
    ...Array.from(counts.thresholds, (threshold, i) => ({
      fp: counts.falsePositives[i] as number,
      tp: counts.truePositives[i] as number,
      threshold,
    })),
  ];
  if (options.dropIntermediate) {
    points = points.filter((point, i) => !(points[i - 1]?.tp === point.tp && points[i + 1]?.tp === point.tp));
  }
  // From the last threshold without false alarms to the first that finds every positive.
  const first = points.findLastIndex((point) => point.fp === 0);
  const last = points.findIndex((point) => point.tp === positives);
  const shown = points.slice(first, last + 1).reverse();
  return {
    fpr: shown.map((point) => point.fp / negatives),
    fnr: shown.map((point) => (positives - point.tp) / positives),
    thresholds: shown.map((point) => point.threshold),
  };
}
