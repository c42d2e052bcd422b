import type { TrainingCallback, WeightSnapshot } from '../callback.js';
import { checkCount } from '../check-number.js';
import { Monitor, type MonitorOptions } from './monitor.js';

/** Options of {@link earlyStopping}; the defaults are Keras'. */
export interface EarlyStoppingOptions extends MonitorOptions {
  /** Epochs without an improvement after which training ends, from 0. Default: 0. */
  readonly patience?: number | undefined;
  /** Ends with the weights of the best epoch instead of the last one's. Default: false. */
  readonly restoreBestWeights?: boolean | undefined;
  /** Epochs before the first that counts, from 0. Default: 0. */
  readonly startFromEpoch?: number | undefined;
  /** Patience runs on until the figure is better than this. None by default. */
  readonly baseline?: number | undefined;
}

/**
 * Ends training when a figure no longer gets better.
 * @throws RangeError for a setting out of range; in `fit` if the figure is not measured.
 * @see Keras `EarlyStopping` (oracle: oracles/callbacks.py)
 * @example `earlyStopping({ monitor: 'valLoss', mode: 'min', patience: 5, restoreBestWeights: true })`
 */
export function earlyStopping(options: EarlyStoppingOptions): TrainingCallback {
  const monitor = new Monitor('earlyStopping', options);
  const patience = checkCount('earlyStopping: patience', options.patience ?? 0, 0);
  const startFromEpoch = checkCount('earlyStopping: startFromEpoch', options.startFromEpoch ?? 0, 0);
  const { restoreBestWeights = false, baseline } = options;
  let best: number | null = null;
  let snapshot: WeightSnapshot | undefined;
  let wait = 0;
  return {
    name: 'earlyStopping',
    metrics: monitor.metrics,
    async onEpochEnd(log, control) {
      const value = monitor.read(log);
      if (log.epoch <= startFromEpoch) return;
      wait += 1;
      const improved = monitor.isBetter(value, best);
      if (restoreBestWeights && (improved || snapshot === undefined)) snapshot = await control.saveWeights();
      if (improved) {
        best = value;
        if (baseline === undefined || monitor.isBetter(value, baseline)) wait = 0;
      } else if (wait >= patience && log.epoch > 1) {
        control.stop(`${monitor.key} did not get better in ${wait} epochs`);
      }
    },
    onTrainEnd(control) {
      if (snapshot !== undefined) control.restoreWeights(snapshot);
    },
    save: () => ({ values: { best, wait }, weights: snapshot }),
    restore({ values, weights }) {
      best = values['best'] as number | null;
      wait = values['wait'] as number;
      snapshot = weights;
    },
  };
}
