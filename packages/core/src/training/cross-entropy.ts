import { customGrad, mul, scalar, softmax, sub, tensor2d, type Scalar, type Tensor } from '@tensorflow/tfjs-core';

/** Sums over some samples; divide by `count` for means. */
export interface ScoreSums {
  readonly loss: number;
  readonly correct: number;
  readonly count: number;
}

/**
 * Cross-entropy and hits of logits, in double precision.
 *
 * @param logits - Shape `[labels.length, classes]`, row by row.
 * @param labels - Class indices.
 */
export function scoreLogits(logits: Float32Array, labels: readonly number[]): ScoreSums {
  const classes = logits.length / labels.length;
  let loss = 0;
  let correct = 0;
  for (const [row, label] of labels.entries()) {
    const values = logits.subarray(row * classes, (row + 1) * classes);
    const highest = values.indexOf(Math.max(...values));
    const top = values[highest] ?? Number.NaN;
    let sum = 0;
    for (const value of values) sum += Math.exp(value - top);
    loss += Math.log(sum) + top - (values[label] ?? Number.NaN);
    if (highest === label) correct += 1;
  }
  return { loss, correct, count: labels.length };
}

/**
 * Mean cross-entropy of a softmax, for its gradient alone: `(softmax(logits) − target) / n`. The value is not computed, being
 * known from {@link scoreLogits}; that halves the operations of a small step.
 *
 * @param logits - Shape `[labels.length, classes]`.
 * @param labels - Class indices.
 * @returns A zero that has the right gradient.
 */
export function crossEntropyForGradient(logits: Tensor, labels: readonly number[]): Scalar {
  const [rows, classes] = logits.shape as [number, number];
  const oneHot = new Float32Array(rows * classes);
  for (const [row, label] of labels.entries()) oneHot[row * classes + label] = 1;
  const loss = customGrad((x, save) => {
    (save as (tensors: Tensor[]) => void)([softmax(x as Tensor)]);
    return {
      value: scalar(0),
      gradFunc: (_: Tensor, [scores]: Tensor[]) =>
        mul(sub(scores as Tensor, tensor2d(oneHot, [rows, classes])), 1 / rows),
    };
  });
  return loss(logits);
}
