import type { Labels } from './label.js';
import { countAtThresholds, type ThresholdOptions } from './threshold-counts.js';

/** Options of {@link precisionRecallCurve}. */
export interface PrecisionRecallCurveOptions extends ThresholdOptions {
  /** Leaves out points between others of the same recall. Default false. */
  readonly dropIntermediate?: boolean | undefined;
  /** Receives warnings, one line each. Default: they are dropped. */
  readonly onWarning?: ((message: string) => void) | undefined;
}

/** Points of a precision–recall curve, from recall 1 (lowest threshold) to recall 0. */
export interface PrecisionRecallCurve {
  /** Precision at each threshold, 0 to 1, then 1. Shape `[numPoints + 1]`. */
  readonly precision: number[];
  /** Recall at each threshold, falling, 0 to 1, then 0. Shape `[numPoints + 1]`. */
  readonly recall: number[];
  /** Rising; a sample counts as positive if its score is at least this. Shape `[numPoints]`. */
  readonly thresholds: number[];
}

/**
 * Precision and recall at every threshold.
 *
 * @param yTrue - True class labels, shape `[n]`.
 * @param yScore - Score of the positive class, shape `[n]`, finite; higher means more positive.
 * @returns Points of rising threshold. Recall is 1 throughout if there are no positives.
 * @throws RangeError if the lengths differ, nothing is given, a score is not finite, a weight is negative, or the positive class is unclear.
 * @see scikit-learn `precision_recall_curve` (oracle: oracles/metrics.py)
 * @example
 * precisionRecallCurve([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]).recall; // [1, 1, 0.5, 0.5, 0]
 */
export function precisionRecallCurve(
  yTrue: Labels,
  yScore: ArrayLike<number>,
  options: PrecisionRecallCurveOptions = {},
): PrecisionRecallCurve {
  const counts = countAtThresholds(yTrue, yScore, options);
  if (counts.positives === 0) options.onWarning?.('yTrue has no positive samples; recall is set to 1');
  const { truePositives, falsePositives, positives } = counts;
  const last = truePositives.length - 1;
  const precision = [1];
  const recall = [0];
  const thresholds: number[] = [];
  for (let i = 0; i <= last; i++) {
    const hits = truePositives[i] as number;
    const level = i > 0 && i < last && hits === truePositives[i - 1] && hits === truePositives[i + 1];
    if (options.dropIntermediate && level) continue;
    precision.push(hits / (hits + (falsePositives[i] as number)));
    recall.push(positives === 0 ? 1 : hits / positives);
    thresholds.push(counts.thresholds[i] as number);
  }
  return { precision: precision.reverse(), recall: recall.reverse(), thresholds: thresholds.reverse() };
}
