/** The learning rate of a step, counted from 0 over all epochs. */
export type LearningRateSchedule = (step: number) => number;

/** The same learning rate always. @throws RangeError unless it is above 0. */
export function constantLearningRate(learningRate: number): LearningRateSchedule {
  const checked = checkLearningRate(learningRate);
  return () => checked;
}

/**
 * Inverse-time decay, as the 2020 notebook has it: `learningRate / (1 + decay · step)`.
 * @see Keras' legacy `decay` argument of optimisers
 * @throws RangeError unless the learning rate is above 0 and the decay not below 0.
 */
export function inverseTimeDecay(options: { learningRate: number; decay: number }): LearningRateSchedule {
  const learningRate = checkLearningRate(options.learningRate);
  if (!(options.decay >= 0)) throw new RangeError(`decay is ${options.decay}; expected 0 or more`);
  return (step) => learningRate / (1 + options.decay * step);
}

function checkLearningRate(learningRate: number): number {
  if (!(learningRate > 0) || !Number.isFinite(learningRate)) {
    throw new RangeError(`learningRate is ${learningRate}; expected a number above 0, such as 0.001`);
  }
  return learningRate;
}
