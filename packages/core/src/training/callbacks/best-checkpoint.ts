import type { CallbackState, TrainingCallback, WeightSnapshot } from '../callback.js';
import { Monitor, type MonitorOptions } from './monitor.js';

/** Options of {@link bestCheckpoint}; minDelta is 0 by default. */
export type BestCheckpointOptions = MonitorOptions;

/**
 * Keeps the weights of the best epoch, and puts them back when training ends. On a tie the earlier epoch stays.
 * Where `fineTune` measured the weights that it began with, these take part.
 * @throws RangeError in `fit` if the figure is not measured.
 * @see Keras `ModelCheckpoint(save_best_only=True)`
 * @example `bestCheckpoint({ monitor: 'valF1Score', mode: 'max' })`
 */
export function bestCheckpoint(options: BestCheckpointOptions): TrainingCallback {
  const monitor = new Monitor('bestCheckpoint', options);
  let best: { value: number; snapshot: WeightSnapshot } | undefined;
  return {
    name: 'bestCheckpoint',
    metrics: monitor.metrics,
    async onTrainBegin(control, start) {
      if (start !== undefined) best = { value: monitor.read(start), snapshot: await control.saveWeights() };
    },
    async onEpochEnd(log, control) {
      const value = monitor.read(log);
      if (monitor.isBetter(value, best?.value ?? null)) best = { value, snapshot: await control.saveWeights() };
    },
    onTrainEnd(control) {
      if (best !== undefined) control.restoreWeights(best.snapshot);
    },
    save: () => ({ values: { value: best?.value ?? null }, weights: best?.snapshot }),
    restore({ values, weights }: CallbackState) {
      best = weights && { value: values['value'] as number, snapshot: weights };
    },
  };
}
