import { add, cast, gather, mul, tensor1d, tidy, type Tensor4D } from '@tensorflow/tfjs-core';
import type { Preprocessing } from './preprocessing.js';

/**
 * From pixels to what a network expects of them.
 *
 * @param pixels - RGB, 0–255, shape `[batch, height, width, 3]`.
 * @returns Float32 of the same shape; the caller disposes it.
 */
export function preprocessTensor(pixels: Tensor4D, preprocessing: Preprocessing): Tensor4D {
  return tidy(() => {
    const { channels, scale, offset } = preprocessing;
    const float = cast(pixels, 'float32');
    const ordered = channels.every((channel, index) => channel === index)
      ? float
      : gather(float, tensor1d([...channels], 'int32'), 3);
    return add<Tensor4D>(mul(ordered, tensor1d([...scale])), tensor1d([...offset]));
  });
}
