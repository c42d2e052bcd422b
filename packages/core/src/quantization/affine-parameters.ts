import type { ValueRange } from './quantization-plan.js';
import { roundHalfEven } from '../round-half-even.js';

/** `value ≈ scale · (stored − zeroPoint)`. */
export interface AffineParameters {
  /** A float32. */
  readonly scale: number;
  readonly zeroPoint: number;
}

const highest = 255;
// The least normal float32: below it the reciprocal overflows.
const leastScale = 2 ** -126;

/**
 * Scale and zero point that spread a range over uint8. Zero is always in the range and is stored exactly.
 *
 * @param range - A NaN or an infinity throws.
 * @throws RangeError for a range that is not finite.
 * @see onnxruntime `quantization/quant_utils.py` `compute_scale_zp` (oracle: oracles/quantization.py)
 */
export function activationParameters([lowest, top]: ValueRange): AffineParameters {
  if (!Number.isFinite(lowest) || !Number.isFinite(top)) {
    throw new RangeError(`a value ranges from ${lowest} to ${top}; int8 needs finite values`);
  }
  const low = Math.fround(Math.min(lowest, 0));
  const high = Math.fround(Math.max(top, 0));
  const scale = (high - low) / highest;
  if (scale < leastScale) return { scale: 1, zeroPoint: 0 };
  return { scale: Math.fround(scale), zeroPoint: roundHalfEven((0 - low) / scale) };
}

/** {@link AffineParameters} for each channel. */
export interface ChannelParameters {
  readonly scales: Float32Array;
  readonly zeroPoints: Uint8Array;
}

/** {@link activationParameters} of each channel. */
export function channelParameters(ranges: readonly ValueRange[]): ChannelParameters {
  const parameters = ranges.map(activationParameters);
  return {
    scales: Float32Array.from(parameters, ({ scale }) => scale),
    zeroPoints: Uint8Array.from(parameters, ({ zeroPoint }) => zeroPoint),
  };
}

/** A kernel in int8, a scale for each output channel; zero points are 0. */
export interface QuantizedKernel {
  readonly values: Int8Array;
  readonly scales: Float32Array;
}

/** What {@link quantizeKernel} needs beside the kernel. */
export interface KernelOptions {
  /** Output channels: the first axis. */
  readonly channels: number;
  readonly bits: 7 | 8;
  /** Scale of the input; with the bias it bounds the kernel's scale from below, so that the bias fits into int32. */
  readonly inputScale: number;
  readonly bias?: Float32Array | undefined;
}

/**
 * Symmetric int8 for each output channel: −127 … 127, or −64 … 64 for 7 bits.
 * @see onnxruntime `quantization/quant_utils.py` `quantize_data` with `reduce_range` (oracle: oracles/quantization.py)
 */
export function quantizeKernel(kernel: Float32Array, options: KernelOptions): QuantizedKernel {
  const { channels, bits, inputScale, bias } = options;
  const limit = bits === 8 ? 127 : 64;
  const size = kernel.length / channels;
  const values = new Int8Array(kernel.length);
  const scales = new Float32Array(channels);
  for (let c = 0; c < channels; c++) {
    let largest = 0;
    for (let i = c * size; i < (c + 1) * size; i++) largest = Math.max(largest, Math.abs(kernel[i] as number));
    if (!Number.isFinite(largest)) throw new RangeError(`a weight is ${largest}; int8 needs finite weights`);
    const least = (1.0001 * Math.abs(bias?.[c] ?? 0)) / (inputScale * 2 ** 31);
    const wanted = largest / limit < leastScale ? 1 : largest / limit;
    const scale = Math.fround(Math.max(wanted, least));
    scales[c] = scale;
    for (let i = c * size; i < (c + 1) * size; i++) {
      const rounded = roundHalfEven(Math.fround((kernel[i] as number) / scale));
      values[i] = Math.max(-limit, Math.min(limit, rounded));
    }
  }
  return { values, scales };
}

/** A bias in int32: its scale is the input's times the kernel's, as the products that it is added to. */
export function quantizeBias(bias: Float32Array, scales: { input: number; kernel: Float32Array }): Int32Array {
  return Int32Array.from(bias, (value, c) => {
    const rounded = roundHalfEven(value / Math.fround(scales.input * (scales.kernel[c] as number)));
    return Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, rounded));
  });
}
