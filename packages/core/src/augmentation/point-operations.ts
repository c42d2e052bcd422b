import type { RgbImage } from '../image.js';
import { applyHistogramTables, applyTable, pointTable } from './point-table.js';

/*
 * Changes of grey levels by tables, as Pillow's `ImageOps` does them (oracle: oracles/augmentation.py).
 */

/** Black becomes white. */
export function invertLevels(image: RgbImage): RgbImage {
  return applyTable(
    image,
    pointTable((level) => 255 - level),
  );
}

/** Inverts levels from `threshold` (0–255) on: 0 inverts all, 256 none. */
export function solarizeLevels(image: RgbImage, threshold: number): RgbImage {
  return applyTable(
    image,
    pointTable((level) => (level < threshold ? level : 255 - level)),
  );
}

/** Keeps the `bits` (0–8) highest bits of each level. */
export function posterizeLevels(image: RgbImage, bits: number): RgbImage {
  const mask = 256 - 2 ** (8 - bits);
  return applyTable(
    image,
    pointTable((level) => level & mask),
  );
}

/** Stretches each channel so that its darkest level becomes 0 and its brightest 255. */
export function autocontrastLevels(image: RgbImage): RgbImage {
  return applyHistogramTables(image, (histogram) => {
    const low = histogram.findIndex((count) => count > 0);
    const high = histogram.findLastIndex((count) => count > 0);
    if (high <= low) return pointTable((level) => level);
    const scale = 255 / (high - low);
    return pointTable((level) => level * scale - low * scale);
  });
}

/** Spreads each channel's levels so that all are about equally frequent. */
export function equalizeLevels(image: RgbImage): RgbImage {
  return applyHistogramTables(image, (histogram) => {
    const highest = histogram.findLast((count) => count > 0) ?? 0;
    const step = Math.floor((image.height * image.width - highest) / 255);
    if (step === 0) return pointTable((level) => level);
    let below = step >> 1;
    return pointTable((level) => {
      const spread = Math.floor(below / step);
      below += histogram[level]!;
      return spread;
    });
  });
}
