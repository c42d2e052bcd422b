import { add, mean, mul, square, sub, type Scalar, type Tensor } from '@tensorflow/tfjs-core';

/** The two errors of a step, each a mean of squares. */
export interface DistillationLoss {
  /** What is minimised. */
  readonly total: Scalar;
  /** Of each place. */
  readonly spatial: Scalar;
  /** Of the means over all places. */
  readonly pooled: Scalar;
}

/**
 * How far features are from what they should be, place by place and, since heads pool, on the whole.
 * @param target - Standardised features of the teacher, shape `[batch, height, width, channels]`, as `features`.
 * @param pooledWeight - Weight of the second beside the first.
 */
export function distillationLoss(features: Tensor, target: Tensor, pooledWeight: number): DistillationLoss {
  const difference = sub(features, target);
  const spatial = mean<Scalar>(square(difference));
  const pooled = mean<Scalar>(square(mean(difference, [1, 2])));
  return { total: add(spatial, mul(pooled, pooledWeight)), spatial, pooled };
}
