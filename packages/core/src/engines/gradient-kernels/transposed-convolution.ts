import {
  concat,
  reshape,
  slice,
  tidy,
  zeros,
  type backend_util,
  type Rank,
  type Tensor4D,
} from '@tensorflow/tfjs-core';

/** One of the small convolutions that a transposed convolution falls apart into. */
export interface PhaseConvolution {
  /** The filter's rows and columns that take part, in the order in which they are laid over the gradient. */
  readonly rows: readonly number[];
  readonly columns: readonly number[];
  readonly padding: [[0, 0], [number, number], [number, number], [0, 0]];
}

/**
 * The gradient of a convolution by its input. With a stride of s, input rows fall into s classes, each reached by every s-th
 * row of the filter only; so do columns. Each class is an ordinary convolution of the output's gradient with those rows,
 * turned round, and together they cost what the forward pass costs: no zeros are multiplied.
 *
 * @param info - The forward convolution.
 * @param convolve - Runs one class's convolution of the output's gradient, with stride 1 and the forward pass's dilation.
 * @returns Shape `[batch, inHeight, inWidth, inChannels]`.
 */
export function transposedConvolution(
  info: backend_util.Conv2DInfo,
  convolve: (phase: PhaseConvolution) => Tensor4D,
): Tensor4D {
  return tidy(() => {
    const { batchSize: batch, inChannels: channels } = info;
    const vertical = phasesOf({
      stride: info.strideHeight,
      dilation: info.dilationHeight,
      taps: info.filterHeight,
      before: info.padInfo.top,
      inSize: info.inHeight,
      outSize: info.outHeight,
    });
    const horizontal = phasesOf({
      stride: info.strideWidth,
      dilation: info.dilationWidth,
      taps: info.filterWidth,
      before: info.padInfo.left,
      inSize: info.inWidth,
      outSize: info.outWidth,
    });
    const [height, width] = [vertical.count, horizontal.count];
    const rows = vertical.phases.map((row) => {
      const columns = horizontal.phases.map((column) =>
        row.taps.length === 0 || column.taps.length === 0
          ? zeros<Rank.R4>([batch, height, width, channels])
          : convolve({
              rows: row.taps,
              columns: column.taps,
              padding: [[0, 0], row.padding, column.padding, [0, 0]],
            }),
      );
      return reshape<Rank.R3>(joined(columns, 3), [batch, height, width * info.strideWidth * channels]);
    });
    const whole = reshape<Rank.R4>(joined(rows, 2), [
      batch,
      height * info.strideHeight,
      width * info.strideWidth,
      channels,
    ]);
    return slice(whole, [0, vertical.offset, horizontal.offset, 0], [batch, info.inHeight, info.inWidth, channels]);
  });
}

function joined<T extends Tensor4D | ReturnType<typeof reshape<Rank.R3>>>(parts: T[], axis: number): T {
  const [first] = parts;
  return parts.length === 1 && first !== undefined ? first : concat(parts, axis);
}

interface Axis {
  readonly stride: number;
  readonly dilation: number;
  readonly taps: number;
  /** Zeros before the input. */
  readonly before: number;
  readonly inSize: number;
  readonly outSize: number;
}

interface Phases {
  /** One for each remainder of a padded input's position when divided by the stride. */
  readonly phases: readonly { readonly taps: readonly number[]; readonly padding: [number, number] }[];
  /** Positions of each phase. */
  readonly count: number;
  /** Where the input begins in the interleaved phases. */
  readonly offset: number;
}

/**
 * A padded input's position is `stride · q + phase`. What lies before the input is not computed where the filter is long
 * enough to leave it out.
 */
function phasesOf({ stride, dilation, taps, before, inSize, outSize }: Axis): Phases {
  // Either the stride or the dilation is 1: TensorFlow.js refuses other convolutions.
  const shortest = Math.max(Math.floor(taps / stride) - 1, 0) * dilation;
  const first = Math.min(Math.floor(before / stride), shortest);
  const end = Math.max(outSize, Math.ceil((before + inSize) / stride));
  const phases = Array.from({ length: stride }, (_, phase) => {
    const own = Array.from({ length: Math.ceil((taps - phase) / stride) }, (_, i) => phase + i * stride).reverse();
    const padding: [number, number] = [(own.length - 1) * dilation - first, end - outSize];
    return { taps: own, padding };
  });
  return { phases, count: end - first, offset: before - first * stride };
}
