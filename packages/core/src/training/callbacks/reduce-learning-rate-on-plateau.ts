import type { TrainingCallback } from '../callback.js';
import { checkCount, checkNotNegative, checkShare } from '../check-number.js';
import { Monitor, type MonitorOptions } from './monitor.js';

/** Options of {@link reduceLearningRateOnPlateau}; the defaults are Keras'. minDelta is 1e-4 by default. */
export interface ReduceLearningRateOnPlateauOptions extends MonitorOptions {
  /** What the learning rate is multiplied by, above 0 and below 1. Default: 0.1. */
  readonly factor?: number | undefined;
  /** Epochs without an improvement before that, from 0. Default: 10. */
  readonly patience?: number | undefined;
  /** Epochs after it that do not count, from 0. Default: 0. */
  readonly cooldown?: number | undefined;
  /** The learning rate goes no lower, 0 or more. Default: 0. */
  readonly minLearningRate?: number | undefined;
}

/**
 * Lowers the learning rate when a figure no longer gets better. It multiplies whatever the schedule says.
 * @throws RangeError for a setting out of range; in `fit` if the figure is not measured.
 * @see Keras `ReduceLROnPlateau` (oracle: oracles/callbacks.py)
 * @example `reduceLearningRateOnPlateau({ monitor: 'valLoss', mode: 'min', factor: 0.5, patience: 3 })`
 */
export function reduceLearningRateOnPlateau(options: ReduceLearningRateOnPlateauOptions): TrainingCallback {
  const owner = 'reduceLearningRateOnPlateau';
  const monitor = new Monitor(owner, { ...options, minDelta: options.minDelta ?? 1e-4 });
  const factor = checkShare(`${owner}: factor`, options.factor ?? 0.1);
  if (factor === 0) throw new RangeError(`${owner}: factor is 0; expected a number above 0 and below 1`);
  const patience = checkCount(`${owner}: patience`, options.patience ?? 10, 0);
  const cooldown = checkCount(`${owner}: cooldown`, options.cooldown ?? 0, 0);
  const minimum = checkNotNegative(`${owner}: minLearningRate`, options.minLearningRate ?? 0);
  let best: number | null = null;
  let wait = 0;
  let cooling = 0;
  return {
    name: owner,
    metrics: monitor.metrics,
    onEpochEnd(log, control) {
      const value = monitor.read(log);
      if (cooling > 0) {
        cooling -= 1;
        wait = 0;
      }
      if (monitor.isBetter(value, best)) {
        best = value;
        wait = 0;
        return;
      }
      if (cooling > 0) return;
      wait += 1;
      const { learningRate } = control;
      if (wait < patience || learningRate <= minimum) return;
      control.scaleLearningRate(Math.max(learningRate * factor, minimum) / learningRate);
      cooling = cooldown;
      wait = 0;
    },
    save: () => ({ values: { best, wait, cooling } }),
    restore({ values }) {
      best = values['best'] as number | null;
      wait = values['wait'] as number;
      cooling = values['cooling'] as number;
    },
  };
}
