import type { EpochLog } from './history.js';

/** A copy of all weights that train. */
export interface WeightSnapshot {
  readonly epoch: number;
  readonly values: readonly Float32Array[];
}

/** All that a callback can do to training. */
export interface TrainingControl {
  /** Ends training after this epoch. */
  stop(reason: string): void;
  /** Copies the weights as they are. */
  saveWeights(): Promise<WeightSnapshot>;
  /** Puts copied weights back. */
  restoreWeights(snapshot: WeightSnapshot): void;
}

/** Looks on while a model trains, and may act. A callback belongs to one `fit`. */
export interface TrainingCallback {
  onEpochEnd?(log: EpochLog, control: TrainingControl): void | Promise<void>;
  onTrainEnd?(control: TrainingControl): void | Promise<void>;
}
