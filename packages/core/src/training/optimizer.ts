import type { Tensor, Variable } from '@tensorflow/tfjs-core';

/** A weight and the gradient of the loss by it. */
export interface WeightGradient {
  readonly variable: Variable;
  readonly gradient: Tensor;
}

/** Moves weights along their gradients. */
export interface Optimizer {
  /** The learning rate of the next step. */
  readonly learningRate: number;
  /** Takes one step; the gradients stay the caller's. */
  apply(gradients: readonly WeightGradient[]): void;
  /** Frees the optimiser's own tensors. */
  dispose(): void;
}
