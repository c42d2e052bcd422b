import type { WeightOptions } from './columns.js';
import type { Labels } from './label.js';
import { assignBins, type BinOptions } from './probability-bins.js';
import { readScoreTable, type ScoreRows } from './score-table.js';

/** Options of {@link expectedCalibrationError}; 15 bins by default. */
export interface ExpectedCalibrationErrorOptions extends BinOptions, WeightOptions {
  /** The class of each column of `yProba`. Default: the labels that occur in `yTrue`, sorted. */
  readonly labels?: Labels | undefined;
}

/**
 * How far a model's confidence is from its accuracy: samples are put into bins by the probability of the predicted class,
 * and the gaps between each bin's mean confidence and its accuracy are averaged, weighted by the bins' sizes.
 *
 * @param yTrue - True class labels, shape `[n]`.
 * @param yProba - Probabilities of shape `[n, numClasses]`, rows summing to 1, or, for two classes, of the second class, shape `[n]`.
 * @returns 0 (calibrated) to 1. Of equal probabilities the first class counts as predicted.
 * @throws RangeError if the lengths differ, a probability is outside 0 to 1 or not finite, a row does not sum to 1, or a label is unknown.
 * @see Guo, Pleiss, Sun & Weinberger (2017), On Calibration of Modern Neural Networks (oracle: oracles/metrics.py, in NumPy)
 * @example
 * expectedCalibrationError([0, 1], [[0.75, 0.25], [0.5, 0.5]], { nBins: 2 }); // 0.375
 */
export function expectedCalibrationError(
  yTrue: Labels,
  yProba: ArrayLike<number> | ScoreRows,
  options: ExpectedCalibrationErrorOptions = {},
): number {
  const { labels, sampleWeight, nBins = 15, strategy } = options;
  const { classes, truth, n, at } = readScoreTable({
    yTrue,
    scores: yProba,
    name: 'yProba',
    labels,
    sampleWeight,
    probabilities: true,
  });
  const confidence = new Float64Array(n);
  const right = new Uint8Array(n);
  for (let i = 0; i < n; i++) {
    let best = 0;
    for (let c = 1; c < classes.length; c++) if (at(i, c) > at(i, best)) best = c;
    confidence[i] = at(i, best);
    right[i] = best === truth[i] ? 1 : 0;
  }
  const binOf = assignBins(confidence, { nBins, strategy });
  const gaps = new Float64Array(nBins);
  let total = 0;
  for (let i = 0; i < n; i++) {
    const weight = sampleWeight ? (sampleWeight[i] as number) : 1;
    const bin = binOf(confidence[i] as number);
    gaps[bin] = (gaps[bin] as number) + weight * ((right[i] as number) - (confidence[i] as number));
    total += weight;
  }
  return gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / total;
}
