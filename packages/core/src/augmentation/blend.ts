import type { RgbImage } from '../image.js';
import { applyTable, pointTable } from './point-table.js';

/**
 * A level between `from` (factor 0) and `to` (factor 1), or beyond; cut off to a whole number.
 * @see Pillow `Image.blend`, which computes with 32-bit floats
 */
function blendLevel(from: number, to: number, factor: number): number {
  return Math.fround(from + Math.fround(Math.fround(factor) * (to - from)));
}

/** Moves every level towards (factor below 1) or away from one level. */
export function blendWithLevel(image: RgbImage, level: number, factor: number): RgbImage {
  return factor === 1
    ? image
    : applyTable(
        image,
        pointTable((to) => blendLevel(level, to, factor)),
      );
}

/** Moves every level towards or away from that of another image of the same size. */
export function blendWithImage(image: RgbImage, other: Uint8Array, factor: number): RgbImage {
  if (factor === 1) return image;
  const { height, width, data: source } = image;
  // What a difference of levels becomes, from −255 to 255.
  const scaled = Float32Array.from({ length: 511 }, (_, i) => Math.fround(factor) * (i - 255));
  const data = new Uint8Array(source.length);
  for (let i = 0; i < source.length; i += 1) {
    const from = other[i]!;
    const level = Math.fround(from + scaled[source[i]! - from + 255]!);
    data[i] = level <= 0 ? 0 : level >= 255 ? 255 : level;
  }
  return { height, width, data };
}

/** The grey level of a pixel, as Pillow's conversion to `L`: 0.299 red, 0.587 green, 0.114 blue. */
export function luma(red: number, green: number, blue: number): number {
  return (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16;
}
