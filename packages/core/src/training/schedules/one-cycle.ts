import { checkCount, checkPositive, checkShare } from '../check-number.js';
import { checkLearningRate, type LearningRateSchedule } from '../learning-rate-schedule.js';

/** Options of {@link oneCycle}; the defaults are PyTorch's. */
export interface OneCycleOptions {
  /** The highest learning rate. */
  readonly learningRate: number;
  /** All steps, from 1. */
  readonly steps: number;
  /** Share of the steps that go up, 0–1. Default: 0.3. */
  readonly warmupShare?: number | undefined;
  /** The first learning rate is the highest divided by this. Default: 25. */
  readonly divisor?: number | undefined;
  /** The last learning rate is the first divided by this. Default: 10,000. */
  readonly finalDivisor?: number | undefined;
}

/**
 * Up to the learning rate and far down again, each along half a cosine. Momentum stays as it is (`cycle_momentum=False`).
 * @see Smith and Topin, "Super-convergence", 2018; PyTorch `OneCycleLR` (oracle: oracles/optimizers.py)
 * @throws RangeError for a number out of range.
 */
export function oneCycle(options: OneCycleOptions): LearningRateSchedule {
  const highest = checkLearningRate(options.learningRate);
  const steps = checkCount('steps', options.steps);
  const first = highest / checkPositive('divisor', options.divisor ?? 25);
  const last = first / checkPositive('finalDivisor', options.finalDivisor ?? 1e4);
  const peak = checkShare('warmupShare', options.warmupShare ?? 0.3) * steps - 1;
  const anneal = (from: number, to: number, share: number): number =>
    to + ((from - to) / 2) * (Math.cos(Math.PI * share) + 1);
  return (step) => {
    if (step <= peak) return anneal(first, highest, peak === 0 ? 1 : step / peak);
    return anneal(highest, last, Math.min(1, (step - peak) / (steps - 1 - peak)));
  };
}
