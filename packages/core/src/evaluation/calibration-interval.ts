import { bootstrapIntervals, type Interval } from '@graft-ml/metrics';
import { keyedRandom } from '../random/keyed-random.js';
import { binnedError, calibrationBins } from './calibration-bins.js';
import type { Evaluation } from './evaluate.js';

/** An interval of the calibration error, and what chance alone would show. */
export interface CalibrationInterval extends Interval {
  /** The median error of so many images if each were right exactly as often as its score says. */
  readonly byChance: number;
}

/**
 * Interval of the expected calibration error. Few images show an error even where there is none, and a resample shows more of it,
 * so that plain bootstrap intervals of a calibrated model miss the truth nearly always. Here the bootstrap is turned around its estimate,
 * which takes the bias off, and the lower end is 0 where the error is no greater than what chance would show.
 *
 * @see Bröcker & Smith, "Increasing the reliability of reliability diagrams", 2007, for consistency resampling; Davison &
 *   Hinkley, "Bootstrap methods and their application", 1997, for the basic bootstrap
 */
export function calibrationInterval(
  evaluation: Evaluation,
  options: {
    readonly groups: readonly string[] | undefined;
    readonly seed: number;
    readonly resamples: number;
    readonly confidence: number;
  },
): CalibrationInterval {
  const { seed, resamples, confidence } = options;
  const n = evaluation.predictions.length;
  const bins = calibrationBins(evaluation);
  const [found] = bootstrapIntervals((counts) => [binnedError(bins, bins.right, counts)], {
    ...options,
    n,
    method: 'percentile',
  });
  const { estimate, lower, upper } = found!;
  const random = keyedRandom({ seed, purpose: 'calibration' });
  const once = new Float64Array(n).fill(1);
  const chance = new Float64Array(resamples).map(() => {
    const right = bins.confidence.map((score) => (random.uniform() < score ? 1 : 0));
    return binnedError(bins, right, once);
  });
  chance.sort();
  const atShare = (share: number) => chance[Math.min(resamples - 1, Math.floor(share * resamples))]!;
  return {
    estimate,
    lower: estimate <= atShare((1 + confidence) / 2) ? 0 : Math.max(0, 2 * estimate - upper),
    // Turned around, a biased bootstrap may leave its own estimate out.
    upper: Math.min(1, Math.max(estimate, 2 * estimate - lower)),
    confidence,
    byChance: atShare(0.5),
  };
}
