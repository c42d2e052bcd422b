import {
  conv2d,
  depthwiseConv2d,
  gather,
  reshape,
  reverse,
  sum,
  tidy,
  transpose,
  type backend_util,
  type Rank,
  type Tensor,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { transposedConvolution } from './transposed-convolution.js';

/** The gradient of a convolution's output, and the filter. */
export interface GradientAndFilter {
  /** Shape `[batch, outHeight, outWidth, outChannels]`. */
  readonly dy: Tensor4D;
  /** Shape `[filterHeight, filterWidth, inChannels, outChannels]`, or `[…, inChannels, multiplier]` if depthwise. */
  readonly filter: Tensor4D;
}

/** The gradient of a convolution by its input, shape `[batch, inHeight, inWidth, inChannels]`. */
export function convolutionInputGradient({ dy, filter }: GradientAndFilter, info: backend_util.Conv2DInfo): Tensor {
  return transposedConvolution(info, ({ rows, columns, padding }) =>
    tidy(() => conv2d(dy, transpose(takeTaps(filter, rows, columns), [0, 1, 3, 2]), 1, padding)),
  );
}

/** The gradient of a depthwise convolution by its input, shape `[batch, inHeight, inWidth, inChannels]`. */
export function depthwiseInputGradient({ dy, filter }: GradientAndFilter, info: backend_util.Conv2DInfo): Tensor {
  const { inChannels, outChannels } = info;
  const dilations: [number, number] = [info.dilationHeight, info.dilationWidth];
  return transposedConvolution(info, ({ rows, columns, padding }) =>
    tidy(() => {
      const taken = takeTaps(filter, rows, columns);
      const single = reshape<Rank.R4>(taken, [rows.length, columns.length, outChannels, 1]);
      const each = depthwiseConv2d(dy, single, 1, padding, 'NHWC', dilations);
      if (outChannels === inChannels) return each;
      // A channel that gave several outputs collects the gradients of all of them.
      const [batch, height, width] = each.shape;
      const grouped = reshape<Rank.R3>(each, [batch * height * width, inChannels, outChannels / inChannels]);
      return reshape<Rank.R4>(sum(grouped, 2), [batch, height, width, inChannels]);
    }),
  );
}

/** These rows and columns of a filter, in this order. */
function takeTaps(filter: Tensor4D, rows: readonly number[], columns: readonly number[]): Tensor4D {
  const [height, width] = filter.shape;
  if (rows.length === height && columns.length === width) return reverse(filter, [0, 1]);
  return gather(gather(filter, [...rows], 0), [...columns], 1);
}
