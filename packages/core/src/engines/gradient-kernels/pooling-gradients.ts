import {
  addN,
  cast,
  equal,
  mul,
  ones,
  pad,
  slice,
  sub,
  tensor4d,
  tidy,
  type backend_util,
  type Rank,
  type Tensor,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { depthwiseInputGradient } from './input-gradients.js';
import { transposedConvolution } from './transposed-convolution.js';
import { mapTaps } from './window-taps.js';

type Conv2DInfo = backend_util.Conv2DInfo;

/** What pooling read and gave, and the gradient of what it gave. */
export interface PooledTensors {
  readonly input: Tensor4D;
  readonly output: Tensor4D;
  readonly dy: Tensor4D;
}

/**
 * The gradient of max pooling: each window's goes to the first pixel, in rows, that holds the largest value.
 * @returns Shape of the input.
 */
export function maxPoolGradient({ input, output, dy }: PooledTensors, info: Conv2DInfo): Tensor {
  return tidy(() => {
    const matches = mapTaps(input, {
      info,
      channelsFirst: false,
      // Never the largest.
      outside: -Infinity,
      visit: ({ values }) => cast(equal<Tensor4D>(values, output), 'float32'),
    });
    let rest = dy;
    const shares = matches.map((match) => {
      const share = mul<Tensor4D>(rest, match);
      rest = sub<Tensor4D>(rest, share);
      return share;
    });
    return transposedConvolution(info, ({ rows, columns, padding }) => {
      const moved = rows.flatMap((row, down) =>
        columns.map((column, right) => {
          const padded = pad(shares[row * info.filterWidth + column]!, padding);
          const [batch, height, width, channels] = padded.shape;
          const size = [batch, height - rows.length + 1, width - columns.length + 1, channels] as const;
          return slice(padded, [0, down, right, 0], [...size]);
        }),
      );
      return addN(moved);
    });
  });
}

/**
 * The gradient of average pooling: each window's is shared out among its pixels. At the edges a window has fewer of them, as
 * in the forward pass; TensorFlow.js' own kernels divide by the full window's count there.
 * @returns Shape of the input.
 */
export function averagePoolGradient({ dy }: Pick<PooledTensors, 'dy'>, info: Conv2DInfo): Tensor {
  return tidy(() => {
    const rows = countsOf({
      taps: info.filterHeight,
      stride: info.strideHeight,
      before: info.padInfo.top,
      inSize: info.inHeight,
      outSize: info.outHeight,
    });
    const columns = countsOf({
      taps: info.filterWidth,
      stride: info.strideWidth,
      before: info.padInfo.left,
      inSize: info.inWidth,
      outSize: info.outWidth,
    });
    const shares = rows.flatMap((height) => columns.map((width) => 1 / Math.max(height * width, 1)));
    const shared = mul<Tensor4D>(dy, tensor4d(shares, [1, rows.length, columns.length, 1]));
    const filter = ones<Rank.R4>([info.filterHeight, info.filterWidth, info.inChannels, 1]);
    return depthwiseInputGradient({ dy: shared, filter }, info);
  });
}

interface Axis {
  readonly taps: number;
  readonly stride: number;
  readonly before: number;
  readonly inSize: number;
  readonly outSize: number;
}

/** How many of the input's rows each window covers. */
function countsOf({ taps, stride, before, inSize, outSize }: Axis): number[] {
  return Array.from({ length: outSize }, (_, place) => {
    const from = place * stride - before;
    return Math.min(from + taps, inSize) - Math.max(from, 0);
  });
}
