import type { TrainingCallback, TrainingControl, WeightSnapshot } from '../callback.js';
import type { EpochLog } from '../history.js';

/** Options of {@link bestCheckpoint}. */
export interface BestCheckpointOptions {
  /** The figure that is watched. */
  readonly monitor: Exclude<keyof EpochLog, 'epoch'>;
  /** Whether less or more of it is better. */
  readonly mode: 'min' | 'max';
}

/** Keeps the weights of the best epoch, and puts them back when training ends. On a tie the earlier epoch stays. */
export function bestCheckpoint({ monitor, mode }: BestCheckpointOptions): TrainingCallback {
  let best: { value: number; snapshot: WeightSnapshot } | undefined;
  return {
    async onEpochEnd(log: EpochLog, control: TrainingControl): Promise<void> {
      const value = log[monitor];
      if (value === null) {
        throw new RangeError(`bestCheckpoint watches ${monitor}, but there is no validation set; pass one to fit`);
      }
      if (best !== undefined && (mode === 'min' ? value >= best.value : value <= best.value)) return;
      best = { value, snapshot: await control.saveWeights() };
    },
    onTrainEnd(control: TrainingControl): void {
      if (best !== undefined) control.restoreWeights(best.snapshot);
    },
  };
}
