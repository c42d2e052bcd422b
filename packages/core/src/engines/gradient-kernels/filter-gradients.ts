import {
  avgPool,
  matMul,
  mul,
  reshape,
  stack,
  sum,
  tidy,
  type backend_util,
  type Rank,
  type Tensor,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { mapTaps } from './window-taps.js';

/** A convolution's input and the gradient of its output. */
export interface ConvolutionPair {
  /** Shape `[batch, height, width, channels]`. */
  readonly x: Tensor4D;
  /** Shape `[batch, outHeight, outWidth, outChannels]`. */
  readonly dy: Tensor4D;
}

/**
 * The gradient of a convolution by its filter: for each tap, what it read (as a matrix, transposed) times the gradient.
 * @returns Shape `[filterHeight, filterWidth, inChannels, outChannels]`.
 */
export function convolutionFilterGradient({ x, dy }: ConvolutionPair, info: backend_util.Conv2DInfo): Tensor {
  return tidy(() => {
    const places = info.batchSize * info.outHeight * info.outWidth;
    const gradient = reshape<Rank.R2>(dy, [places, info.outChannels]);
    const taps = mapTaps(x, {
      info,
      channelsFirst: true,
      visit: ({ values }) => {
        const product = matMul(reshape<Rank.R2>(values, [info.inChannels, places]), gradient);
        return reshape<Rank.R4>(product, [1, 1, info.inChannels, info.outChannels]);
      },
    });
    return reshape(stack(taps), info.filterShape);
  });
}

/**
 * The gradient of a depthwise convolution by its filter: for each tap, what it read times the gradient, summed over all
 * places. The sum over an image is its average pooling, the one reduction over leading axes that backends have fast code for.
 * @returns Shape `[filterHeight, filterWidth, inChannels, multiplier]`.
 */
export function depthwiseFilterGradient({ x, dy }: ConvolutionPair, info: backend_util.Conv2DInfo): Tensor {
  return tidy(() => {
    const { batchSize, outHeight, outWidth, inChannels, outChannels } = info;
    const multiplier = outChannels / inChannels;
    const places = batchSize * outHeight * outWidth;
    const gradient = reshape<Rank.R3>(dy, [places, inChannels, multiplier]);
    const taps = mapTaps(x, {
      info,
      channelsFirst: false,
      visit: ({ values }) => {
        const read = multiplier === 1 ? values : reshape<Rank.R3>(values, [places, inChannels, 1]);
        const products = mul(read, multiplier === 1 ? dy : gradient);
        const images = reshape<Rank.R4>(products, [batchSize, outHeight, outWidth, outChannels]);
        const means = avgPool(images, [outHeight, outWidth], 1, 'valid');
        return mul<Tensor4D>(sum(means, 0, true), outHeight * outWidth);
      },
    });
    return reshape(stack(taps), info.filterShape);
  });
}
