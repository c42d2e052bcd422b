import { describe, expect, it } from 'vitest';
import { evaluationOf } from '../../test/evaluation-cases.js';
import { keyedRandom } from '../random/keyed-random.js';
import { calibrationInterval } from './calibration-interval.js';
import { evaluationIntervals } from './evaluation-intervals.js';

/** Two classes; an image of score p is of the first with probability p + error. */
function simulated(seed: number, { images, error }: { images: number; error: number }) {
  const random = keyedRandom({ seed, purpose: 'test' });
  const scores = Array.from({ length: images }, () => 0.55 + 0.35 * random.uniform()).map((p) => [p, 1 - p]);
  return evaluationOf(
    scores.map(([p = 0]) => (random.uniform() < p + error ? 0 : 1)),
    scores,
  );
}

const options = { groups: undefined, resamples: 300, confidence: 0.95 };

describe('the interval of the calibration error', () => {
  it.each([
    ['a calibrated model', 0, 90],
    ['one that is 15 points too certain', -0.15, 85],
  ])('holds the truth about as often as it should: %s', (_, error, least) => {
    const rounds = 100;
    let held = 0;
    for (let seed = 0; seed < rounds; seed++) {
      const { lower, upper } = calibrationInterval(simulated(seed, { images: 200, error }), { ...options, seed });
      if (lower <= Math.abs(error) && Math.abs(error) <= upper) held += 1;
    }
    expect(held).toBeGreaterThanOrEqual(least);
  });

  it('reaches down to 0 where chance would show as much, and not where it would not', () => {
    const calibrated = calibrationInterval(simulated(1, { images: 100, error: 0 }), { ...options, seed: 1 });
    expect(calibrated.lower).toBe(0);
    expect(calibrated.byChance).toBeGreaterThan(0.02);
    const certain = calibrationInterval(simulated(1, { images: 400, error: -0.3 }), { ...options, seed: 1 });
    expect(certain.lower).toBeGreaterThan(0.15);
    expect(certain.byChance).toBeLessThan(certain.lower);
  });

  it('holds its own estimate, and stands among all intervals', () => {
    for (let seed = 0; seed < 10; seed++) {
      const evaluation = simulated(seed, { images: 60, error: 0 });
      const found = evaluationIntervals(evaluation, { seed, resamples: 300 });
      const { lower, upper, estimate } = found.expectedCalibrationError!;
      expect(lower).toBeLessThanOrEqual(estimate);
      expect(upper).toBeGreaterThanOrEqual(estimate);
      expect(found.calibrationErrorByChance).toBeGreaterThan(0);
    }
  });
});
