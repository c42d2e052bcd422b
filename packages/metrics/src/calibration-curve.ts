import { readBinaryProbabilities } from './binary-probabilities.js';
import type { Label, Labels } from './label.js';
import { assignBins, type BinOptions } from './probability-bins.js';

/** Options of {@link calibrationCurve}; 5 bins by default. */
export interface CalibrationCurveOptions extends BinOptions {
  /** The positive class. Default 1 where the labels are 0 and 1, or -1 and 1. */
  readonly posLabel?: Label | undefined;
}

/** Points of a reliability diagram, one for each bin that is not empty. */
export interface CalibrationCurve {
  /** Share of positives in each bin, 0 to 1. */
  readonly probTrue: number[];
  /** Mean predicted probability in each bin, 0 to 1. */
  readonly probPred: number[];
}

/**
 * How often the positive class happens where it was predicted with a given probability.
 *
 * @param yTrue - True class labels, shape `[n]`, two classes.
 * @param yProb - Probability of the positive class, shape `[n]`, 0 to 1.
 * @returns Two arrays of at most `nBins` entries; equal for a perfectly calibrated model.
 * @throws RangeError if the lengths differ, nothing is given, a probability is outside 0 to 1, or the positive class is unclear.
 * @see scikit-learn `calibration_curve` (oracle: oracles/metrics.py)
 * @example
 * calibrationCurve([0, 0, 1, 1], [0.1, 0.2, 0.7, 0.9], { nBins: 2 }).probTrue; // [0, 1]
 */
export function calibrationCurve(
  yTrue: Labels,
  yProb: ArrayLike<number>,
  options: CalibrationCurveOptions = {},
): CalibrationCurve {
  const { isPositive, n } = readBinaryProbabilities({
    yTrue,
    yProba: yProb,
    name: 'yProb',
    posLabel: options.posLabel,
  });
  const binOf = assignBins(yProb, options);
  const bins = new Map<number, { count: number; positives: number; total: number }>();
  for (let i = 0; i < n; i++) {
    const p = yProb[i] as number;
    const at = binOf(p);
    const bin = bins.get(at) ?? { count: 0, positives: 0, total: 0 };
    bins.set(at, bin);
    bin.count++;
    bin.total += p;
    if (isPositive(i)) bin.positives++;
  }
  const filled = [...bins].sort(([a], [b]) => a - b).map(([, bin]) => bin);
  return {
    probTrue: filled.map((bin) => bin.positives / bin.count),
    probPred: filled.map((bin) => bin.total / bin.count),
  };
}
