import type { RgbImage } from '../image.js';

/** For each grey level, what becomes of it. */
export type PointTable = Uint8Array;

/** @param levelOf - Gives a whole number or a fraction, which is cut off; values beyond 0–255 become the nearest of them. */
export function pointTable(levelOf: (level: number) => number): PointTable {
  return Uint8Array.from({ length: 256 }, (_, level) => Math.min(255, Math.max(0, levelOf(level))));
}

/** Replaces every grey level by that of a table, or of one table for each of red, green and blue. */
export function applyTable(
  image: RgbImage,
  tables: PointTable | readonly [PointTable, PointTable, PointTable],
): RgbImage {
  const [red, green, blue] = tables instanceof Uint8Array ? [tables, tables, tables] : tables;
  const { height, width, data: source } = image;
  const data = new Uint8Array(source.length);
  for (let i = 0; i < source.length; i += 3) {
    data[i] = red[source[i]!]!;
    data[i + 1] = green[source[i + 1]!]!;
    data[i + 2] = blue[source[i + 2]!]!;
  }
  return { height, width, data };
}

/** A table for each channel, from the channel's histogram. */
export function applyHistogramTables(image: RgbImage, tableOf: (histogram: Int32Array) => PointTable): RgbImage {
  const histograms = [new Int32Array(256), new Int32Array(256), new Int32Array(256)] as const;
  const { data } = image;
  for (let i = 0; i < data.length; i += 3) {
    histograms[0][data[i]!]! += 1;
    histograms[1][data[i + 1]!]! += 1;
    histograms[2][data[i + 2]!]! += 1;
  }
  return applyTable(image, [tableOf(histograms[0]), tableOf(histograms[1]), tableOf(histograms[2])]);
}
