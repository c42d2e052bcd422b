/** One epoch's figures. */
export interface EpochLog {
  /** From 1. */
  readonly epoch: number;
  /** Mean cross-entropy over the training samples as they were trained on (augmented, with dropout). */
  readonly loss: number;
  /** Share of the training samples classified right, likewise, 0–1. */
  readonly accuracy: number;
  /** Mean cross-entropy on the validation set; null without one. */
  readonly valLoss: number | null;
  /** Accuracy on the validation set, 0–1; null without one. */
  readonly valAccuracy: number | null;
}

/** What training reports when it is done. */
export interface History {
  readonly epochs: readonly EpochLog[];
  /** The epoch whose weights were kept (from 1). */
  readonly bestEpoch: number;
  /** Why training ended before its last epoch; undefined if it did not. */
  readonly stopReason: string | undefined;
}
