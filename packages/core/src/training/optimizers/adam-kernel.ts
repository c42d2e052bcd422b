import { engine, getBackend, getKernel, type Scalar, type Tensor, type Variable } from '@tensorflow/tfjs-core';
import type { UpdateStep } from '../update-rule.js';

/**
 * The name of a TensorFlow.js kernel that a backend may have: Adam's update in one pass instead of a dozen operations. Inputs
 * `weight`, `gradient`, `mean`, `squares`, of one shape, and `rate`, a scalar; attributes {@link AdamKernelAttributes}; outputs the
 * new weight, mean and squares. It must round as the operations do.
 */
export const ADAM_KERNEL = 'GraftAdam';

/** Settings of {@link ADAM_KERNEL}, as those of the optimiser. */
export interface AdamKernelAttributes {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/** Takes a step in one pass. @returns False if the backend has no such kernel; nothing has happened then. */
export function updateInOnePass(
  { weight, gradient, slots, rate }: Omit<UpdateStep, 'constant'>,
  attributes: AdamKernelAttributes,
): boolean {
  if ((getKernel(ADAM_KERNEL, getBackend()) as unknown) === undefined) return false;
  const [mean, squares] = slots as [Variable, Variable];
  const inputs: Record<string, Tensor | Scalar> = { weight, gradient, mean, squares, rate };
  const results = engine().runKernel<Tensor[]>(ADAM_KERNEL, inputs, { ...attributes });
  for (const [index, variable] of [weight, mean, squares].entries()) variable.assign(results[index] as Tensor);
  return true;
}
