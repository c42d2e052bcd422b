import type { RgbImage } from '../image.js';
import { mirrorPosition } from './mirror-position.js';

interface ClaheSettings {
  /** 0: no limit. */
  readonly clipLimit: number;
  readonly tileGridSize: readonly [rows: number, columns: number];
}

/**
 * Contrast-limited adaptive histogram equalisation of the brightness: each tile of a grid gets a table of its own, and
 * each pixel's level is interpolated between those of the four tiles around it. Red, green and blue move by as much as the
 * brightness does.
 *
 * @see OpenCV `CLAHE::apply` on Y of `COLOR_RGB2YCrCb`; Karel Zuiderveld, "Contrast Limited Adaptive Histogram
 * Equalization", 1994 (oracle: oracles/augmentation.py)
 */
export function equalizeLocally(image: RgbImage, settings: ClaheSettings): RgbImage {
  const { height, width, data: source } = image;
  const [rows, columns] = settings.tileGridSize;
  const brightness = new Uint8Array(height * width);
  for (let i = 0, at = 0; at < brightness.length; i += 3, at += 1) {
    brightness[at] = (source[i]! * 4899 + source[i + 1]! * 9617 + source[i + 2]! * 1868 + 8192) >> 14;
  }
  // OpenCV fills up sizes that do not divide evenly: both sides as soon as one does not.
  const even = height % rows === 0 && width % columns === 0;
  const tileHeight = even ? height / rows : Math.floor(height / rows) + 1;
  const tileWidth = even ? width / columns : Math.floor(width / columns) + 1;
  const tables: Float32Array[] = [];
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const histogram = new Int32Array(256);
      for (let y = row * tileHeight; y < (row + 1) * tileHeight; y += 1) {
        const line = mirrorPosition(y, height) * width;
        for (let x = column * tileWidth; x < (column + 1) * tileWidth; x += 1) {
          histogram[brightness[line + mirrorPosition(x, width)]!]! += 1;
        }
      }
      tables.push(equalizingTable(histogram, tileHeight * tileWidth, settings.clipLimit));
    }
  }

  const across = Array.from({ length: width }, (_, x) => neighbours(x, tileWidth, columns));
  const data = new Uint8ClampedArray(source.length);
  for (let y = 0, i = 0; y < height; y += 1) {
    const down = neighbours(y, tileHeight, rows);
    for (let x = 0; x < width; x += 1, i += 3) {
      const level = brightness[y * width + x]!;
      const { first, second, weight } = across[x]!;
      const above = down.first * columns;
      const below = down.second * columns;
      const upper = tables[above + first]![level]! * (1 - weight) + tables[above + second]![level]! * weight;
      const lower = tables[below + first]![level]! * (1 - weight) + tables[below + second]![level]! * weight;
      const change = Math.round(upper * (1 - down.weight) + lower * down.weight) - level;
      data[i] = source[i]! + change;
      data[i + 1] = source[i + 1]! + change;
      data[i + 2] = source[i + 2]! + change;
    }
  }
  return { height, width, data: new Uint8Array(data.buffer) };
}

/** The tiles before and behind a position, and the share of the second. */
function neighbours(position: number, size: number, count: number): { first: number; second: number; weight: number } {
  const place = position / size - 0.5;
  const first = Math.floor(place);
  return { first: Math.max(first, 0), second: Math.min(first + 1, count - 1), weight: place - first };
}

/** The table that makes all levels equally frequent, after what is above the limit has been spread over all of them. */
function equalizingTable(histogram: Int32Array, area: number, clipLimit: number): Float32Array {
  if (clipLimit > 0) {
    const limit = Math.max(Math.trunc((clipLimit * area) / 256), 1);
    let clipped = 0;
    for (let level = 0; level < 256; level += 1) {
      const excess = histogram[level]! - limit;
      if (excess <= 0) continue;
      clipped += excess;
      histogram[level] = limit;
    }
    const share = Math.floor(clipped / 256);
    let left = clipped - share * 256;
    const step = left > 0 ? Math.max(Math.floor(256 / left), 1) : 256;
    for (let level = 0; level < 256; level += 1) {
      histogram[level]! += share;
      if (left > 0 && level % step === 0) {
        histogram[level]! += 1;
        left -= 1;
      }
    }
  }
  const scale = Math.fround(255 / area);
  let sum = 0;
  return Float32Array.from(histogram, (count) => {
    sum += count;
    return Math.min(255, Math.round(sum * scale));
  });
}
