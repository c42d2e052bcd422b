import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import type { FloatTensor } from '../tensor-files/safetensors.js';

/** A weight and the gradient of the loss by it. */
export interface WeightGradient {
  readonly variable: Variable;
  readonly gradient: Tensor;
}

/** All that an optimiser remembers, to go on from later. */
export interface OptimizerState {
  /** Batches seen. */
  readonly iteration: number;
  /** What the schedule's learning rate is multiplied by. */
  readonly rateFactor: number;
  /** Slots, accumulated gradients and averages, named `<weight's place>/<slot>`. */
  readonly tensors: ReadonlyMap<string, FloatTensor>;
}

/** Moves weights along their gradients. */
export interface Optimizer {
  /** The learning rate of the next step. */
  readonly learningRate: number;
  /** Multiplies the learning rate of every step to come. */
  scaleLearningRate(factor: number): void;
  /** Takes one step; the gradients stay the caller's. */
  apply(gradients: readonly WeightGradient[]): void;
  /** Exchanges weights and their moving averages; twice is as before. Does nothing where no average is kept. */
  swapAverages(): void;
  /** Copies all that the optimiser remembers of these weights. */
  save(variables: readonly Variable[]): Promise<OptimizerState>;
  /** Puts it back. @throws RangeError if it is of other weights or another optimiser. */
  restore(state: OptimizerState, variables: readonly Variable[]): void;
  /** Frees the optimiser's own tensors. */
  dispose(): void;
}
