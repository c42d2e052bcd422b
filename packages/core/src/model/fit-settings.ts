import type { Variable } from '@tensorflow/tfjs-core';
import { checkCount } from '../training/check-number.js';
import { checkLearningRate, type LearningRateSchedule, type SchedulePlan } from '../training/learning-rate-schedule.js';
import type { Loss } from '../training/losses/loss.js';
import { getLoss } from '../training/losses/loss-registry.js';
import type { Optimizer } from '../training/optimizer.js';
import { getOptimizer } from '../training/optimizers/optimizer-registry.js';
import { ruleOptimizer } from '../training/rule-optimizer.js';
import { getSchedule } from '../training/schedules/schedule-registry.js';
import { validationMetrics, type ValidationMetric } from '../training/validation-metric.js';
import { stepDefaults, type FitDefaults } from './fit-defaults.js';
import { checkFitOptions, type FitOptions } from './fit-options.js';

/** The options of a `fit`, checked before any image is read, with defaults filled in. */
export interface FitSettings {
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly loss: Loss;
  readonly metrics: readonly ValidationMetric[];
  /** @param stepsPerEpoch - What schedules count in. @param rateFactors - For each weight, if they differ. */
  createOptimizer(stepsPerEpoch: number, rateFactors?: ReadonlyMap<Variable, number>): Optimizer;
}

/** @throws RangeError for an unknown option or a value out of range. */
export function fitSettings(options: FitOptions, defaults: FitDefaults): FitSettings {
  checkFitOptions(options);
  const epochs = checkCount('epochs', options.epochs ?? defaults.epochs);
  const batchSize = checkCount('batchSize', options.batchSize ?? stepDefaults.batchSize);
  const learningRate = checkLearningRate(options.learningRate ?? defaults.learningRate);
  const { rule, steps } = getOptimizer(options.optimizer ?? stepDefaults.optimizer);
  const schedule = scheduleFor(options);
  const createOptimizer: FitSettings['createOptimizer'] = (stepsPerEpoch, rateFactors) =>
    ruleOptimizer(rule, { ...steps, schedule: schedule({ learningRate, stepsPerEpoch, epochs }), rateFactors });
  // Once in vain, so that a setting out of range is found before hours of work.
  createOptimizer(1).dispose();
  return {
    epochs,
    batchSize,
    learningRate,
    loss: lossFor(options.loss ?? stepDefaults.loss),
    metrics: validationMetrics(options.metrics ?? []),
    createOptimizer,
  };
}

function scheduleFor({ schedule, decay = 0 }: FitOptions): (plan: SchedulePlan) => LearningRateSchedule {
  if (schedule !== undefined && decay !== 0) {
    throw new RangeError(`decay is ${decay} and a schedule is given; they exclude each other`);
  }
  if (typeof schedule === 'function') return schedule;
  const option = schedule ?? (decay === 0 ? stepDefaults.schedule : { name: 'inverseTime' as const, decay });
  return (plan) => getSchedule(option, plan);
}

function lossFor(option: NonNullable<FitOptions['loss']>): Loss {
  return typeof option === 'object' && 'gradient' in option ? option : getLoss(option);
}
