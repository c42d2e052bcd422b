import type { Scalar, Tensor, Variable } from '@tensorflow/tfjs-core';

/** One weight's part of a step. */
export interface UpdateStep {
  readonly weight: Variable;
  readonly gradient: Tensor;
  /** In the order of {@link UpdateRule.slots}, shaped as the weight; zeros before the first step. */
  readonly slots: readonly Variable[];
  /** The step's learning rate, already multiplied by {@link UpdateRule.correction}. */
  readonly rate: Scalar;
  /** A number as a tensor that is made once: a number given to an operation becomes a new tensor each time. */
  readonly constant: (value: number) => Scalar;
}

/** How one kind of optimiser moves a weight: arithmetic only. Steps, clipping and the rest are the optimiser's. */
export interface UpdateRule {
  /** Names of what is kept for each weight. */
  readonly slots: readonly string[];
  /** Share of each weight that a step of learning rate 1 takes away. None by default. */
  readonly weightDecay?: number | undefined;
  /** What the learning rate is multiplied by. @param step - Steps taken before this one. Default: 1. */
  correction?(step: number): number;
  /** Runs inside a tidy. */
  update(step: UpdateStep): void;
}
