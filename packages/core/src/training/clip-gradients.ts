import { addN, clipByValue, div, maximum, mul, scalar, sqrt, square, sum, type Tensor } from '@tensorflow/tfjs-core';
import { quoteNames } from '../errors.js';
import { checkPositive } from './check-number.js';

/** Limits on gradients; at most one of them, as in Keras. */
export interface ClippingOptions {
  /** The largest norm of any one weight's gradient; Keras' `clipnorm`. */
  readonly clipNorm?: number | undefined;
  /** The largest norm of all gradients together; Keras' `global_clipnorm`. */
  readonly globalClipNorm?: number | undefined;
  /** The largest size of any number of a gradient; Keras' `clipvalue`. */
  readonly clipValue?: number | undefined;
}

/** Scales or cuts gradients; call it in a tidy. */
export type GradientClipping = (gradients: readonly Tensor[]) => readonly Tensor[];

/**
 * @returns Undefined where no limit is set.
 * @throws RangeError for two limits, or one that is not above 0.
 * @see Keras `optimizers/base_optimizer.py`, `_clip_gradients` (oracle: oracles/optimizers.py)
 */
export function gradientClipping({
  clipNorm,
  globalClipNorm,
  clipValue,
}: ClippingOptions): GradientClipping | undefined {
  const given = Object.entries({ clipNorm, globalClipNorm, clipValue }).filter(([, limit]) => limit !== undefined);
  if (given.length > 1) throw new RangeError(`${quoteNames(given.map(([name]) => name))} exclude each other; give one`);
  for (const [name, limit] of given) checkPositive(name, limit as number);
  if (clipNorm !== undefined) return (gradients) => gradients.map((gradient) => clipByNorm(gradient, clipNorm));
  if (clipValue !== undefined) {
    return (gradients) => gradients.map((gradient) => clipByValue(gradient, -clipValue, clipValue));
  }
  if (globalClipNorm !== undefined) return (gradients) => clipByGlobalNorm(gradients, globalClipNorm);
  return undefined;
}

function clipByNorm(gradient: Tensor, limit: number): Tensor {
  const norm = sqrt(sum(square(gradient)));
  return div(mul(gradient, limit), maximum(norm, limit));
}

function clipByGlobalNorm(gradients: readonly Tensor[], limit: number): Tensor[] {
  const norm = sqrt(addN(gradients.map((gradient) => sum(square(gradient)))));
  const factor = div(scalar(limit), maximum(norm, limit));
  return gradients.map((gradient) => mul(gradient, factor));
}
