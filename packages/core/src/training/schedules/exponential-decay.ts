import { checkPositive } from '../check-number.js';
import { checkLearningRate, type LearningRateSchedule } from '../learning-rate-schedule.js';

/** Options of {@link exponentialDecay}. */
export interface ExponentialDecayOptions {
  readonly learningRate: number;
  /** What the learning rate is multiplied by in `decaySteps` steps, above 0. */
  readonly decayRate: number;
  /** Above 0. */
  readonly decaySteps: number;
  /** Goes down in steps instead of all the time. Default: false. */
  readonly staircase?: boolean | undefined;
}

/**
 * Exponential decay: `learningRate · decayRate^(step / decaySteps)`.
 * @see Keras `ExponentialDecay` (oracle: oracles/optimizers.py)
 * @throws RangeError unless all numbers are above 0.
 */
export function exponentialDecay(options: ExponentialDecayOptions): LearningRateSchedule {
  const learningRate = checkLearningRate(options.learningRate);
  const decayRate = checkPositive('decayRate', options.decayRate);
  const decaySteps = checkPositive('decaySteps', options.decaySteps);
  return (step) => {
    const power = step / decaySteps;
    return learningRate * decayRate ** (options.staircase === true ? Math.floor(power) : power);
  };
}
