import type { FeatureMatrix } from '../head/linear/logistic-regression.js';
import { thumbnailSize } from '../near-duplicates/perceptual-hash.js';
import type { ImageDescriptor } from './image-descriptor.js';

/** Share of height and width that a border probe does not see, around the centre. */
export const hiddenShare = 0.7;

/** Grey thumbnail of `size` × `size`, 0–1: means over squares of the descriptor's picture. */
export function thumbnailRow({ grey }: ImageDescriptor, size: number): Float32Array {
  const side = thumbnailSize / size;
  const row = new Float32Array(size * size);
  for (const [place, value] of grey.entries()) {
    const [y, x] = [Math.floor(place / thumbnailSize / side), Math.floor((place % thumbnailSize) / side)];
    row[y * size + x]! += value;
  }
  return row.map((sum) => sum / (side * side * 255));
}

/**
 * Roots of the shares of the pixels in each step of grey, then of each colour channel: so that rare levels, such as an image's
 * darkest, count beside frequent ones.
 */
export function histogramRow({ histogram }: ImageDescriptor): Float32Array {
  const pixels = (2 * thumbnailSize) ** 2;
  return Float32Array.from(histogram, (count) => Math.sqrt(count / pixels));
}

/** What is left of the picture, 0–1, when its middle is blacked out. */
export function borderRow({ grey }: ImageDescriptor): Float32Array {
  const begin = Math.round((thumbnailSize * (1 - hiddenShare)) / 2);
  const end = thumbnailSize - begin;
  const isHidden = (place: number) => place >= begin && place < end;
  const row: number[] = [];
  for (const [place, value] of grey.entries()) {
    if (isHidden(Math.floor(place / thumbnailSize)) && isHidden(place % thumbnailSize)) continue;
    row.push(value / 255);
  }
  return Float32Array.from(row);
}

/** Rows of one length as a matrix. */
export function matrixOf(rows: readonly Float32Array[]): FeatureMatrix {
  const columns = rows[0]?.length ?? 0;
  const data = new Float32Array(rows.length * columns);
  for (const [place, row] of rows.entries()) data.set(row, place * columns);
  return { data, rows: rows.length, columns };
}
