import { checkNotNegative } from '../check-number.js';
import { checkLearningRate, type LearningRateSchedule } from '../learning-rate-schedule.js';

/**
 * Inverse-time decay, as the 2020 notebook has it: `learningRate / (1 + decay · step)`.
 * @see Keras `InverseTimeDecay`, and its legacy `decay` argument of optimisers (oracle: oracles/optimizers.py)
 * @throws RangeError unless the learning rate is above 0 and the decay not below 0.
 */
export function inverseTimeDecay(options: { learningRate: number; decay: number }): LearningRateSchedule {
  const learningRate = checkLearningRate(options.learningRate);
  const decay = checkNotNegative('decay', options.decay);
  return (step) => learningRate / (1 + decay * step);
}
