import type { InputSize, RgbImage } from '../image.js';

const COEFFICIENT_SCALE = 2048;

/**
 * Resizes to exactly `size` by the four nearest pixels, ignoring the aspect ratio and without anti-aliasing: OpenCV's
 * `resize` with `INTER_LINEAR`, to the last bit, which the notebook used. Shrinking by much, it skips pixels; prefer
 * `antialias` elsewhere.
 *
 * @param image - RGB, uint8.
 * @param size - `[height, width]`, each at least 1.
 * @returns A new image, or `image` itself if it has that size already.
 * @throws RangeError for a size that is no positive integers, or an image whose data does not fit its size.
 * @see OpenCV `cv::resize` for 8-bit images: coefficients of 11 bits (oracle: oracles/resize.py)
 * @example `resizeBilinear(image, [224, 224])`
 */
export function resizeBilinear(image: RgbImage, size: InputSize): RgbImage {
  const [height, width] = size;
  if (!(Number.isInteger(height) && Number.isInteger(width) && height > 0 && width > 0)) {
    throw new RangeError(`cannot resize to ${height}×${width}; pass a height and a width of at least 1`);
  }
  if (image.height < 1 || image.width < 1 || image.data.length !== image.height * image.width * 3) {
    throw new RangeError(
      `an image of ${image.height}×${image.width} has ${image.data.length} bytes; pass height × width × 3 bytes`,
    );
  }
  if (image.height === height && image.width === width) return image;
  // OpenCV turns exactly this case into an average of areas.
  if (image.height === height * 2 && image.width === width * 2) return halve(image);
  return interpolate(image, size);
}

function halve(image: RgbImage): RgbImage {
  const height = image.height / 2;
  const width = image.width / 2;
  const source = image.data;
  const data = new Uint8Array(height * width * 3);
  const stride = image.width * 3;
  let target = 0;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const corner = 2 * y * stride + 6 * x;
      for (let at = corner; at < corner + 3; at += 1) {
        const sum = source[at]! + source[at + 3]! + source[at + stride]! + source[at + stride + 3]!;
        data[target] = (sum + 2) >> 2;
        target += 1;
      }
    }
  }
  return { height, width, data };
}

/** For each output position: the offsets of its two neighbours, and their 11-bit coefficients. */
interface Taps {
  readonly first: Int32Array;
  readonly second: Int32Array;
  readonly firstWeight: Int32Array;
  readonly secondWeight: Int32Array;
}

interface TapsOptions {
  readonly from: number;
  readonly to: number;
  /** Distance of two neighbours in the data. */
  readonly step: number;
  /**
   * Past the border both neighbours are the border pixel. Columns then put all the weight on the first; rows keep the two
   * weights apart, as OpenCV does, which rounds twice.
   */
  readonly joinAtBorder: boolean;
}

function makeTaps({ from, to, step, joinAtBorder }: TapsOptions): Taps {
  const taps: Taps = {
    first: new Int32Array(to),
    second: new Int32Array(to),
    firstWeight: new Int32Array(to),
    secondWeight: new Int32Array(to),
  };
  const scale = 1 / (to / from);
  for (let i = 0; i < to; i += 1) {
    const position = Math.fround((i + 0.5) * scale - 0.5);
    const index = Math.floor(position);
    let fraction = Math.fround(position - index);
    if (joinAtBorder && (index < 0 || index >= from - 1)) fraction = 0;
    taps.first[i] = Math.min(Math.max(index, 0), from - 1) * step;
    taps.second[i] = Math.min(Math.max(index + 1, 0), from - 1) * step;
    taps.firstWeight[i] = roundHalfEven(Math.fround(1 - fraction) * COEFFICIENT_SCALE);
    taps.secondWeight[i] = roundHalfEven(fraction * COEFFICIENT_SCALE);
  }
  return taps;
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return rest < 0.5 ? floor : floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}

function interpolate(image: RgbImage, [height, width]: InputSize): RgbImage {
  const columns = makeTaps({ from: image.width, to: width, step: 3, joinAtBorder: true });
  const rows = makeTaps({ from: image.height, to: height, step: image.width * 3, joinAtBorder: false });
  const data = new Uint8Array(height * width * 3);
  const length = width * 3;
  let above = new Int32Array(length);
  let below = new Int32Array(length);
  let aboveAt = -1;
  let belowAt = -1;

  for (let y = 0; y < height; y += 1) {
    const first = rows.first[y]!;
    const second = rows.second[y]!;
    if (first !== aboveAt) {
      [above, below] = [below, above];
      [aboveAt, belowAt] = [belowAt, aboveAt];
      if (first !== aboveAt) stretchRow(image.data.subarray(first, first + image.width * 3), columns, above);
      aboveAt = first;
    }
    if (second !== belowAt) {
      stretchRow(image.data.subarray(second, second + image.width * 3), columns, below);
      belowAt = second;
    }
    const upper = rows.firstWeight[y]!;
    const lower = rows.secondWeight[y]!;
    const start = y * length;
    for (let i = 0; i < length; i += 1) {
      // OpenCV's own order of shifts: it decides about the last bit.
      data[start + i] = (((upper * (above[i]! >> 4)) >> 16) + ((lower * (below[i]! >> 4)) >> 16) + 2) >> 2;
    }
  }
  return { height, width, data };
}

/** One row at the output's width, scaled by 2048. */
function stretchRow(row: Uint8Array, columns: Taps, output: Int32Array): void {
  let target = 0;
  for (let x = 0; x < columns.first.length; x += 1) {
    const left = columns.first[x]!;
    const right = columns.second[x]!;
    const leftWeight = columns.firstWeight[x]!;
    const rightWeight = columns.secondWeight[x]!;
    output[target] = row[left]! * leftWeight + row[right]! * rightWeight;
    output[target + 1] = row[left + 1]! * leftWeight + row[right + 1]! * rightWeight;
    output[target + 2] = row[left + 2]! * leftWeight + row[right + 2]! * rightWeight;
    target += 3;
  }
}
