import { checkCount, checkNotNegative } from '../check-number.js';
import { checkLearningRate, type LearningRateSchedule } from '../learning-rate-schedule.js';

/** Options of {@link cosineDecay}. */
export interface CosineDecayOptions {
  /** The highest learning rate. */
  readonly learningRate: number;
  /** Steps of the way down, from 1. */
  readonly decaySteps: number;
  /** Steps of the straight way up before it. Default: 0. */
  readonly warmupSteps?: number | undefined;
  /** Where the way up begins. Default: 0. */
  readonly warmupStart?: number | undefined;
  /** Where the way down ends, as a share of the learning rate. Default: 0. */
  readonly alpha?: number | undefined;
}

/**
 * Half a cosine from the learning rate down, after a warm-up.
 * @see Loshchilov and Hutter, "SGDR", 2017; Keras `CosineDecay` (oracle: oracles/optimizers.py)
 * @throws RangeError for a number out of range.
 */
export function cosineDecay(options: CosineDecayOptions): LearningRateSchedule {
  const learningRate = checkLearningRate(options.learningRate);
  const decaySteps = checkCount('decaySteps', options.decaySteps);
  const warmupSteps = checkCount('warmupSteps', options.warmupSteps ?? 0, 0);
  const warmupStart = checkNotNegative('warmupStart', options.warmupStart ?? 0);
  const alpha = checkNotNegative('alpha', options.alpha ?? 0);
  return (step) => {
    if (step < warmupSteps) return warmupStart + ((learningRate - warmupStart) * step) / warmupSteps;
    const done = Math.min(step - warmupSteps, decaySteps) / decaySteps;
    return learningRate * ((1 - alpha) * 0.5 * (1 + Math.cos(Math.PI * done)) + alpha);
  };
}
