import { blurImage } from '../augmentation/blur-image.js';
import type { InputSize, RgbImage } from '../image.js';

/** What covers a part of an image: its mean colour, middle grey, or itself out of focus. */
export type OcclusionFill = 'mean' | 'grey' | 'blur';

/** Which parts of an image are covered, one after another. Pixels of what the network sees. */
export interface OcclusionGrid {
  readonly inputSize: InputSize;
  /** Height and width of a patch. */
  readonly patchSize: number;
  /** From one patch to the next. */
  readonly stride: number;
}

/** Where a patch begins; all are `patchSize` high and wide. */
export interface Patch {
  readonly top: number;
  readonly left: number;
}

/** Patches row by row. The last of a row and of a column end at the border, so that every pixel is covered at least once. */
export function occlusionPatches({ inputSize: [height, width], patchSize, stride }: OcclusionGrid): Patch[] {
  const starts = (length: number): number[] => {
    const count = 1 + Math.ceil((length - patchSize) / stride);
    return Array.from({ length: count }, (_, place) => Math.min(place * stride, length - patchSize));
  };
  return starts(height).flatMap((top) => starts(width).map((left) => ({ top, left })));
}

/** The image that patches are cut from. */
export function coverImage(image: RgbImage, fill: OcclusionFill, patchSize: number): RgbImage {
  if (fill === 'blur') {
    // Out of focus by half a patch: nothing of the patch's own size can be made out.
    const sigma = patchSize / 2;
    return blurImage(image, 2 * Math.ceil(2 * sigma) + 1, sigma);
  }
  const color = fill === 'grey' ? [128, 128, 128] : meanColor(image);
  return { ...image, data: Uint8Array.from(image.data, (_, i) => color[i % 3]!) };
}

function meanColor({ data }: RgbImage): number[] {
  const sums = [0, 0, 0];
  for (const [i, value] of data.entries()) sums[i % 3]! += value;
  return sums.map((sum) => Math.round((sum * 3) / data.length));
}

/** Copies an image to `target`, with one patch of the cover over it. */
export function occlude(
  image: RgbImage,
  cover: RgbImage,
  { patch, patchSize, target }: { readonly patch: Patch; readonly patchSize: number; readonly target: Uint8Array },
): void {
  target.set(image.data);
  for (let y = patch.top; y < patch.top + patchSize; y += 1) {
    const from = (y * image.width + patch.left) * 3;
    target.set(cover.data.subarray(from, from + patchSize * 3), from);
  }
}

/**
 * Spreads what each patch made the score fall by: a pixel gets the mean over the patches that cover it, a cell of the map the mean
 * of its pixels.
 *
 * @param drops - One for each patch.
 * @returns Shape `[height, width]` of an even grid, its cells about as large as the stride.
 */
export function occlusionMap(
  drops: readonly number[],
  grid: OcclusionGrid,
): { readonly height: number; readonly width: number; readonly values: Float64Array } {
  const [rows, columns] = grid.inputSize;
  const sums = new Float64Array(rows * columns);
  const counts = new Uint16Array(rows * columns);
  for (const [index, { top, left }] of occlusionPatches(grid).entries()) {
    for (let y = top; y < top + grid.patchSize; y += 1) {
      for (let x = left; x < left + grid.patchSize; x += 1) {
        sums[y * columns + x]! += drops[index]!;
        counts[y * columns + x]! += 1;
      }
    }
  }
  const [height, width] = [rows, columns].map((length) => Math.max(1, Math.round(length / grid.stride))) as [
    number,
    number,
  ];
  const values = new Float64Array(height * width);
  const pixels = new Float64Array(height * width);
  for (let y = 0; y < rows; y += 1) {
    const row = Math.floor(((y + 0.5) * height) / rows);
    for (let x = 0; x < columns; x += 1) {
      const cell = row * width + Math.floor(((x + 0.5) * width) / columns);
      values[cell]! += sums[y * columns + x]! / counts[y * columns + x]!;
      pixels[cell]! += 1;
    }
  }
  return { height, width, values: values.map((value, cell) => value / pixels[cell]!) };
}
