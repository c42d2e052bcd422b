import {
  pad,
  reshape,
  slice,
  tidy,
  transpose,
  type backend_util,
  type Rank,
  type Tensor4D,
} from '@tensorflow/tfjs-core';

type Conv2DInfo = backend_util.Conv2DInfo;

/** What a convolution's filter reads through one of its taps, over all places at which it is laid. */
export interface TapWindow {
  /** The tap's place in the filter. */
  readonly row: number;
  readonly column: number;
  /** Shape `[batch, outHeight, outWidth, channels]`, or `[channels, batch, outHeight, outWidth]` with `channelsFirst`. */
  readonly values: Tensor4D;
}

/** How {@link mapTaps} lays out what it hands over. */
export interface TapOptions<Result> {
  readonly info: Conv2DInfo;
  readonly channelsFirst: boolean;
  /** What is read beside the input. Default: 0. */
  readonly outside?: number;
  /** Called for each tap in the filter's order; its tensors are freed when it returns, its result is not. */
  readonly visit: (window: TapWindow) => Result;
}

/**
 * Walks over a filter's taps, and hands over what each of them reads: one tap at a time, so that memory stays within a few
 * times the input's. Rows and columns that a stride jumps over are parted from the others beforehand, with copies of whole
 * runs, because strided slices are slow on every backend.
 *
 * @param x - The convolution's input, shape `[batch, height, width, channels]`.
 * @returns What `visit` gave, tap by tap in the order of the filter's rows, then columns.
 */
export function mapTaps<Result extends Tensor4D>(x: Tensor4D, options: TapOptions<Result>): Result[] {
  const { info, channelsFirst, outside = 0, visit } = options;
  const { strideHeight, strideWidth, dilationHeight, dilationWidth, outHeight, outWidth, batchSize } = info;
  const phases = new Map<string, Tensor4D>();
  const phaseAt = (row: number, column: number): Tensor4D => {
    const key = `${row},${column}`;
    const made = phases.get(key) ?? tidy(() => arrange(takePhase(x, { info, outside, row, column }), channelsFirst));
    phases.set(key, made);
    return made;
  };
  const results: Result[] = [];
  for (let row = 0; row < info.filterHeight; row++) {
    for (let column = 0; column < info.filterWidth; column++) {
      const [top, left] = [row * dilationHeight, column * dilationWidth];
      const phase = phaseAt(top % strideHeight, left % strideWidth);
      const from = [Math.floor(top / strideHeight), Math.floor(left / strideWidth)] as const;
      results.push(
        tidy(() => {
          const values = channelsFirst
            ? slice(phase, [0, 0, ...from], [info.inChannels, batchSize, outHeight, outWidth])
            : slice(phase, [0, ...from, 0], [batchSize, outHeight, outWidth, info.inChannels]);
          return visit({ row, column, values });
        }),
      );
    }
  }
  return results;
}

const arrange = (x: Tensor4D, channelsFirst: boolean): Tensor4D => (channelsFirst ? transpose(x, [3, 0, 1, 2]) : x);

interface Phase {
  readonly info: Conv2DInfo;
  readonly outside: number;
  readonly row: number;
  readonly column: number;
}

/** The padded input's rows and columns that have this remainder when divided by the strides. */
function takePhase(x: Tensor4D, phase: Phase): Tensor4D {
  const { info, row, column } = phase;
  const { batchSize, inChannels, strideHeight, strideWidth, padInfo } = info;
  const lastRow = (info.filterHeight - 1) * info.dilationHeight;
  const lastColumn = (info.filterWidth - 1) * info.dilationWidth;
  const rows = Math.floor(lastRow / strideHeight) + info.outHeight;
  const columns = Math.floor(lastColumn / strideWidth) + info.outWidth;
  const fitted = fit(x, {
    before: [padInfo.top, padInfo.left],
    size: [rows * strideHeight, columns * strideWidth],
    outside: phase.outside,
  });
  if (strideHeight === 1 && strideWidth === 1) return fitted;
  const parted = reshape<Rank.R4>(fitted, [batchSize * rows, strideHeight, columns, strideWidth * inChannels]);
  const taken = slice(parted, [0, row, 0, column * inChannels], [batchSize * rows, 1, columns, inChannels]);
  return reshape<Rank.R4>(taken, [batchSize, rows, columns, inChannels]);
}

interface Target {
  readonly before: readonly [number, number];
  readonly size: readonly [number, number];
  readonly outside: number;
}

/** Pads in front, then pads or cuts at the end, to an exact height and width. */
function fit(x: Tensor4D, target: Target): Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const [top, left] = target.before;
  const [rows, columns] = target.size;
  const bottom = rows - top - height;
  const right = columns - left - width;
  const kept =
    bottom < 0 || right < 0
      ? slice(x, [0, 0, 0, 0], [batch, height + Math.min(bottom, 0), width + Math.min(right, 0), channels])
      : x;
  const padding: [number, number][] = [
    [0, 0],
    [top, Math.max(bottom, 0)],
    [left, Math.max(right, 0)],
    [0, 0],
  ];
  return padding.flat().some((count) => count > 0) ? pad(kept, padding, target.outside) : kept;
}
