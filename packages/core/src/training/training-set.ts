import type { FeatureTable } from '../features/feature-table.js';

/** Samples that the suffix trains on: their ids, classes, and activations at the boundary for an epoch. */
export interface TrainingSet {
  readonly ids: readonly string[];
  /** Class indices. */
  readonly labels: readonly number[];
  /** What each sample counts, 0 or more. Default: 1 each. */
  readonly weights?: readonly number[] | undefined;
  /** The samples of an epoch (from 0), in the order in which they are trained on; a sample may come more than once or never. */
  order(epoch: number): readonly number[];
  /** Called once for each epoch (from 0); gives the same table each time unless views are drawn anew. */
  table(epoch: number): Promise<FeatureTable>;
  /**
   * The share of each class in a sample of that epoch, 0–1, summing to 1: for views that mix images. Without it a sample is
   * wholly of its class.
   */
  target?(sample: number, epoch: number): ArrayLike<number>;
}

/** Samples that the suffix is only measured on. */
export interface ValidationSet {
  /** Class indices. */
  readonly labels: readonly number[];
  readonly table: FeatureTable;
}

/** The share of each class in some samples that are wholly of one, shape `[labels.length, classes]`. */
export function oneHotTargets(labels: readonly number[], classes: number): Float32Array {
  const targets = new Float32Array(labels.length * classes);
  for (const [row, label] of labels.entries()) targets[row * classes + label] = 1;
  return targets;
}
