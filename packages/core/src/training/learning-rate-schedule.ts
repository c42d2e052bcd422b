import { checkPositive } from './check-number.js';

/** The learning rate of a step, counted from 0 over all epochs. */
export type LearningRateSchedule = (step: number) => number;

/** How long a schedule has, and what it starts from. */
export interface SchedulePlan {
  /** The learning rate that was asked for: the highest of the schedule. */
  readonly learningRate: number;
  readonly stepsPerEpoch: number;
  readonly epochs: number;
}

/** The same learning rate always. @throws RangeError unless it is above 0. */
export function constantLearningRate(learningRate: number): LearningRateSchedule {
  const checked = checkLearningRate(learningRate);
  return () => checked;
}

/** @throws RangeError unless it is a finite number above 0. */
export function checkLearningRate(learningRate: number): number {
  return checkPositive('learningRate', learningRate);
}
