import type { Evaluation } from './evaluate.js';
import { scoreRow } from './score-rows.js';

/** Bins of equal width, as Guo et al. have them. */
const bins = 15;
const step = 1 / bins;

/** An evaluation's predictions by how certain they are. */
export interface CalibrationBins {
  /** The bin of each prediction. */
  readonly bin: Int32Array;
  /** The highest score of each prediction. */
  readonly confidence: Float64Array;
  /** 1 where the highest score is the true class's. */
  readonly right: Uint8Array;
}

/** Puts predictions into bins by their highest score. */
export function calibrationBins({ predictions, classNames }: Evaluation): CalibrationBins {
  const scores = predictions.map((prediction) => scoreRow(prediction, classNames));
  const confidence = Float64Array.from(scores, (row) => Math.max(...row));
  const highest = scores.map((row, i) => classNames[row.indexOf(confidence[i]!)]);
  return {
    bin: Int32Array.from(confidence, binOf),
    confidence,
    right: Uint8Array.from(predictions, ({ trueLabel }, i) => (highest[i] === trueLabel ? 1 : 0)),
  };
}

/**
 * Expected calibration error of binned predictions.
 * @param counts - How often each prediction counts.
 */
export function binnedError(
  { bin, confidence }: CalibrationBins,
  right: ArrayLike<number>,
  counts: ArrayLike<number>,
): number {
  const gaps = new Float64Array(bins);
  let total = 0;
  for (let i = 0; i < bin.length; i++) {
    gaps[bin[i]!]! += counts[i]! * (right[i]! - confidence[i]!);
    total += counts[i]!;
  }
  return gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / total;
}

/** A bin holds its upper edge, not its lower one. */
function binOf(confidence: number): number {
  let bin = 0;
  while (bin < bins - 1 && (bin + 1) * step < confidence) bin += 1;
  return bin;
}
