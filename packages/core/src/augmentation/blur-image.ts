import type { RgbImage } from '../image.js';
import { portableExp } from '../random/portable-math.js';
import { mirrorPosition } from './mirror-position.js';

/** Weights have 14 bits and levels between the passes 8 bits behind the point: sums then fit 31 bits. */
const WEIGHT_ONE = 1 << 14;

/**
 * Convolves with a Gaussian, row by row and column by column; beyond the border the image is mirrored about its last row or
 * column.
 *
 * @param kernelSize - Odd: how many pixels are averaged along each axis.
 * @param sigma - The Gaussian's standard deviation in pixels, above 0.
 * @see OpenCV `GaussianBlur` with `BORDER_REFLECT_101`, torchvision `gaussian_blur` (oracle: oracles/augmentation.py)
 */
export function blurImage(image: RgbImage, kernelSize: number, sigma: number): RgbImage {
  const { height, width, data: source } = image;
  const kernel = gaussianKernel(kernelSize, sigma);
  const radius = kernel.length - 1;
  const stride = width * 3;
  const across = new Uint16Array(source.length);
  const padded = new Int32Array(stride + radius * 6);
  for (let start = 0; start < source.length; start += stride) {
    padded.set(source.subarray(start, start + stride), radius * 3);
    for (let away = 1; away <= radius; away += 1) {
      const before = start + mirrorPosition(-away, width) * 3;
      const behind = start + mirrorPosition(width - 1 + away, width) * 3;
      padded.set(source.subarray(before, before + 3), (radius - away) * 3);
      padded.set(source.subarray(behind, behind + 3), (radius + width - 1 + away) * 3);
    }
    for (let i = 0; i < stride; i += 1) {
      const middle = i + radius * 3;
      let sum = Math.imul(padded[middle]!, kernel[0]!);
      for (let tap = 1, away = 3; tap <= radius; tap += 1, away += 3) {
        sum = (sum + Math.imul(padded[middle - away]! + padded[middle + away]!, kernel[tap]!)) | 0;
      }
      across[start + i] = (sum + 32) >> 6;
    }
  }

  const data = new Uint8Array(source.length);
  const sums = new Int32Array(stride);
  const half = WEIGHT_ONE << 7;
  for (let row = 0; row < height; row += 1) {
    const weight = kernel[0]!;
    for (let i = 0; i < stride; i += 1) sums[i] = (Math.imul(across[row * stride + i]!, weight) + half) | 0;
    for (let tap = 1; tap <= radius; tap += 1) {
      addRows(sums, across, [
        mirrorPosition(row - tap, height) * stride,
        mirrorPosition(row + tap, height) * stride,
        kernel[tap]!,
      ]);
    }
    for (let i = 0; i < stride; i += 1) data[row * stride + i] = sums[i]! >> 22;
  }
  return { height, width, data };
}

/** Adds two rows, weighted alike. */
function addRows(sums: Int32Array, levels: Uint16Array, [one, other, weight]: [number, number, number]): void {
  for (let i = 0; i < sums.length; i += 1) {
    sums[i] = (sums[i]! + Math.imul(levels[one + i]! + levels[other + i]!, weight)) | 0;
  }
}

/** Half of the kernel, from the middle outwards, as whole numbers that sum up to one; weights of 0 are left out. */
function gaussianKernel(size: number, sigma: number): Int32Array {
  const half = Float64Array.from({ length: (size + 1) / 2 }, (_, i) => portableExp(-0.5 * (i / sigma) ** 2));
  const sum = half.reduce((total, weight) => total + 2 * weight, -half[0]!);
  const kernel = Int32Array.from(half, (weight) => Math.round((weight / sum) * WEIGHT_ONE));
  kernel[0] = WEIGHT_ONE - 2 * kernel.subarray(1).reduce((total, weight) => total + weight, 0);
  return kernel.subarray(0, kernel.findLastIndex((weight) => weight > 0) + 1);
}
