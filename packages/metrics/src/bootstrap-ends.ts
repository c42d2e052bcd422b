import { normalCdf, normalQuantile } from './normal.js';
import { quantile } from './probability-bins.js';
import { sum } from './sum.js';

/**
 * The ends of a bootstrap interval.
 *
 * @param input - `distribution`: the metric of each resample, sorted; `leaveOneOut`: the metric without each unit, for BCa;
 *   left out for plain percentiles.
 */
export function bootstrapEnds(input: {
  distribution: Float64Array;
  estimate: number;
  leaveOneOut?: readonly number[] | undefined;
  confidence: number;
}): { lower: number; upper: number } {
  const { distribution, estimate, leaveOneOut, confidence } = input;
  const tail = (1 - confidence) / 2;
  const z = normalQuantile(tail);
  let shares = [tail, 1 - tail];
  if (leaveOneOut) {
    const below = distribution.reduce((count, value) => count + (value < estimate ? 2 : value === estimate ? 1 : 0), 0);
    const bias = normalQuantile(below / (2 * distribution.length));
    const mean = sum(leaveOneOut) / leaveOneOut.length;
    const power = (exponent: number) => sum(leaveOneOut.map((value) => (mean - value) ** exponent));
    const acceleration = power(3) / (6 * power(2) ** 1.5);
    const corrected = [z, -z].map((side) => normalCdf(bias + (bias + side) / (1 - acceleration * (bias + side))));
    if (corrected.every((share) => share >= 0 && share <= 1)) shares = corrected;
  }
  const [lower, upper] = shares.map((share) => quantile(distribution, share)) as [number, number];
  return { lower, upper };
}
