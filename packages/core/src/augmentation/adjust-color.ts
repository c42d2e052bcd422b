import type { RgbImage } from '../image.js';
import { blendWithImage, blendWithLevel, luma } from './blend.js';

/*
 * Each takes a factor: 0 removes the quality altogether, 1 leaves the image as it is, above 1 strengthens it.
 * See torchvision `adjust_…`, Pillow `ImageEnhance` (oracle: oracles/augmentation.py).
 */

/** Darker (below 1) or brighter. */
export function adjustBrightness(image: RgbImage, factor: number): RgbImage {
  return blendWithLevel(image, 0, factor);
}

/** Towards the image's mean grey level (below 1) or away from it. */
export function adjustContrast(image: RgbImage, factor: number): RgbImage {
  const { data } = image;
  let sum = 0;
  for (let i = 0; i < data.length; i += 3) sum += luma(data[i]!, data[i + 1]!, data[i + 2]!);
  return blendWithLevel(image, Math.floor((sum / data.length) * 3 + 0.5), factor);
}

/** Towards grey (below 1) or away from it. */
export function adjustSaturation(image: RgbImage, factor: number): RgbImage {
  const { data } = image;
  const grey = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i += 3) {
    grey.fill(luma(data[i]!, data[i + 1]!, data[i + 2]!), i, i + 3);
  }
  return blendWithImage(image, grey, factor);
}

/** Smoother (below 1) or sharper: towards or away from the mean of 3×3 pixels, the middle counting five times. */
export function adjustSharpness(image: RgbImage, factor: number): RgbImage {
  const { height, width, data } = image;
  const stride = width * 3;
  // The border stays as it is.
  const smooth = data.slice();
  for (let row = 1; row < height - 1; row += 1) {
    for (let i = row * stride + 3; i < (row + 1) * stride - 3; i += 1) {
      const above = data[i - stride - 3]! + data[i - stride]! + data[i - stride + 3]!;
      const beside = data[i - 3]! + 5 * data[i]! + data[i + 3]!;
      const below = data[i + stride - 3]! + data[i + stride]! + data[i + stride + 3]!;
      smooth[i] = (above + beside + below) / 13 + 0.5;
    }
  }
  return blendWithImage(image, smooth, factor);
}

/**
 * Turns all hues.
 * @param turn - In full turns of the colour circle, −0.5 to 0.5.
 * @see Pillow's conversion to `HSV` and back, in 8 bits as there: a turn of 0 loses a little, too
 */
export function adjustHue(image: RgbImage, turn: number): RgbImage {
  const { height, width, data: source } = image;
  const shift = Math.trunc(turn * 255);
  const data = new Uint8Array(source.length);
  for (let i = 0; i < source.length; i += 3) {
    const red = source[i]!;
    const green = source[i + 1]!;
    const blue = source[i + 2]!;
    const value = Math.max(red, green, blue);
    const range = value - Math.min(red, green, blue);
    if (range === 0) {
      data.fill(value, i, i + 3);
      continue;
    }
    const hue = (hueOf(red, green, blue) + shift + 256) & 255;
    const saturation = Math.fround(Math.floor(Math.fround(range / value) * 255) / 255);
    const place = (hue * 6) / 255;
    const sector = Math.floor(place);
    const rest = Math.fround(place - sector);
    const low = Math.floor(value * (1 - saturation) + 0.5);
    const falling = Math.floor(value * (1 - saturation * rest) + 0.5);
    const rising = Math.floor(value * (1 - saturation * (1 - rest)) + 0.5);
    const [r, g, b] = sectors[sector % 6]!;
    const levels = [value, rising, low, falling];
    data[i] = levels[r]!;
    data[i + 1] = levels[g]!;
    data[i + 2] = levels[b]!;
  }
  return { height, width, data };
}

/** A colour's place on the circle, 0–255; 32-bit floats where Pillow has them, for the point cuts off. */
function hueOf(red: number, green: number, blue: number): number {
  const value = Math.max(red, green, blue);
  const range = value - Math.min(red, green, blue);
  const r = Math.fround((value - red) / range);
  const g = Math.fround((value - green) / range);
  const b = Math.fround((value - blue) / range);
  let sixths = 4 + g - r;
  if (red === value) sixths = b - g;
  else if (green === value) sixths = 2 + r - b;
  return Math.floor(Math.fround((Math.fround(sixths) / 6 + 1) % 1) * 255);
}

/** For each sixth of the colour circle: which of value, rising, low, falling are red, green and blue. */
const sectors = [
  [0, 1, 2],
  [3, 0, 2],
  [2, 0, 1],
  [2, 3, 0],
  [1, 2, 0],
  [0, 2, 3],
] as const;
