/** One epoch's figures; whatever else is measured stands beside them under its own name, e.g. `valF1Score`. */
export interface EpochLog {
  /** From 1. */
  readonly epoch: number;
  /** Mean loss over the training samples as they were trained on (augmented, with dropout and weights). */
  readonly loss: number;
  /** Share of the training samples classified right, likewise, 0–1. */
  readonly accuracy: number;
  /** Mean loss on the validation set, without weights; null without one. */
  readonly valLoss: number | null;
  /** Accuracy on the validation set, 0–1; null without one. */
  readonly valAccuracy: number | null;
  /** The learning rate after the epoch's last step. */
  readonly learningRate: number;
  readonly [metric: string]: number | null;
}

/** What training reports when it is done. */
export interface History {
  readonly epochs: readonly EpochLog[];
  /** The epoch whose weights were kept, from 1; 0 for those that training began with. */
  readonly bestEpoch: number;
  /** Why training ended before its last epoch; undefined if it did not. */
  readonly stopReason: string | undefined;
}
