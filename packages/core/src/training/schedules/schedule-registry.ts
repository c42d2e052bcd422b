import { quoteNames } from '../../errors.js';
import { checkCount, checkNotNegative } from '../check-number.js';
import { checkOptions } from '../check-options.js';
import { constantLearningRate, type LearningRateSchedule, type SchedulePlan } from '../learning-rate-schedule.js';
import { cosineDecay } from './cosine-decay.js';
import { exponentialDecay } from './exponential-decay.js';
import { inverseTimeDecay } from './inverse-time-decay.js';
import { oneCycle, type OneCycleOptions } from './one-cycle.js';

/** Settings of each schedule; lengths are in epochs and may be broken numbers. */
interface ScheduleSettings {
  readonly constant: object;
  readonly inverseTime: {
    /** `learningRate / (1 + decay · step)`. */
    readonly decay: number;
  };
  readonly exponential: {
    /** What the learning rate is multiplied by in `decayEpochs`, above 0. */
    readonly decayRate: number;
    /** Default: 1. */
    readonly decayEpochs?: number | undefined;
    /** Goes down in steps instead of all the time. Default: false. */
    readonly staircase?: boolean | undefined;
  };
  readonly cosine: {
    /** Length of the straight way up; the cosine takes the rest. Default: 0. */
    readonly warmupEpochs?: number | undefined;
    /** Where the way up begins, as a share of the learning rate. Default: 0. */
    readonly warmupStart?: number | undefined;
    /** Where the way down ends, as a share of the learning rate. Default: 0. */
    readonly alpha?: number | undefined;
  };
  readonly oneCycle: Omit<OneCycleOptions, 'learningRate' | 'steps'>;
}

/** Names of the learning rate schedules that `fit` knows. */
export type ScheduleName = keyof ScheduleSettings;

/** A schedule by name with its settings. */
export type ScheduleOptions = {
  [Name in ScheduleName]: { readonly name: Name } & ScheduleSettings[Name];
}[ScheduleName];

type Create<Name extends ScheduleName> = (settings: ScheduleSettings[Name], plan: SchedulePlan) => LearningRateSchedule;

const schedules: { readonly [Name in ScheduleName]: { create: Create<Name>; settings: readonly string[] } } = {
  constant: { create: (_, { learningRate }) => constantLearningRate(learningRate), settings: [] },
  inverseTime: {
    create: ({ decay }, { learningRate }) => inverseTimeDecay({ learningRate, decay }),
    settings: ['decay'],
  },
  exponential: {
    create: ({ decayRate, decayEpochs = 1, staircase }, { learningRate, stepsPerEpoch }) =>
      exponentialDecay({ learningRate, decayRate, decaySteps: decayEpochs * stepsPerEpoch, staircase }),
    settings: ['decayRate', 'decayEpochs', 'staircase'],
  },
  cosine: {
    create({ warmupEpochs = 0, warmupStart = 0, alpha }, { learningRate, stepsPerEpoch, epochs }) {
      const warmupSteps = Math.round(checkNotNegative('warmupEpochs', warmupEpochs) * stepsPerEpoch);
      const decaySteps = epochs * stepsPerEpoch - warmupSteps;
      if (decaySteps < 1)
        throw new RangeError(`warmupEpochs is ${warmupEpochs}; expected fewer than the ${epochs} epochs`);
      return cosineDecay({ learningRate, decaySteps, warmupSteps, warmupStart: warmupStart * learningRate, alpha });
    },
    settings: ['warmupEpochs', 'warmupStart', 'alpha'],
  },
  oneCycle: {
    create: (settings, { learningRate, stepsPerEpoch, epochs }) =>
      oneCycle({ ...settings, learningRate, steps: checkCount('epochs', epochs) * stepsPerEpoch }),
    settings: ['warmupShare', 'divisor', 'finalDivisor'],
  },
};

/**
 * Names of the learning rate schedules that `fit` knows.
 *
 * @example `listSchedules() // ['constant', …]`
 */
export function listSchedules(): ScheduleName[] {
  return Object.keys(schedules) as ScheduleName[];
}

/**
 * Makes a schedule for a plan.
 * @throws RangeError for an unknown name or option, listing what exists, and for a setting out of range.
 * @example `getSchedule({ name: 'cosine', warmupEpochs: 1 }, { learningRate: 1e-3, stepsPerEpoch: 31, epochs: 25 })`
 */
export function getSchedule(option: ScheduleName | ScheduleOptions, plan: SchedulePlan): LearningRateSchedule {
  const { name, ...settings } = typeof option === 'string' ? { name: option } : option;
  if (!Object.hasOwn(schedules, name)) {
    throw new RangeError(`unknown schedule ${JSON.stringify(name)}; there are ${quoteNames(listSchedules())}`);
  }
  const schedule = schedules[name];
  checkOptions(`schedule "${name}"`, settings, schedule.settings);
  return (schedule.create as (settings: object, plan: SchedulePlan) => LearningRateSchedule)(settings, plan);
}
