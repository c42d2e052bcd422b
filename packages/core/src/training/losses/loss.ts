import type { Tensor } from '@tensorflow/tfjs-core';

/** How wrong logits are. */
export interface Loss {
  readonly name: string;
  /** What turns the logits into scores: the head must end in it. */
  readonly activation: 'sigmoid' | 'softmax';
  /**
   * The loss of one sample, in double precision.
   * @param logits - Shape `[classes]`.
   * @param target - The share of each class, 0–1, likewise.
   */
  value(logits: Float32Array, target: Float32Array): number;
  /**
   * The gradient of each sample's loss by its logits. Given as a formula: the value is computed once for an epoch, not in
   * every step, which halves the operations of a small step.
   * @param logits - Shape `[batch, classes]`.
   * @param targets - Likewise.
   */
  gradient(logits: Tensor, targets: Tensor): Tensor;
}

/** `log(softmax(logits))` in double precision. */
export function logSoftmax(logits: Float32Array): Float64Array {
  let top = -Infinity;
  for (const value of logits) top = value > top ? value : top;
  let sum = 0;
  for (const value of logits) sum += Math.exp(value - top);
  const shift = top + Math.log(sum);
  return Float64Array.from(logits, (value) => value - shift);
}
