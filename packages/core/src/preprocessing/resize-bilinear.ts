import type { InputSize, RgbImage } from '../image.js';
import { roundHalfEven } from '../round-half-even.js';

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

function interpolate(image: RgbImage, [height, width]: InputSize): RgbImage {
  const columns = makeTaps({ from: image.width, to: width, step: 3, joinAtBorder: true });
  const rows = makeTaps({ from: image.height, to: height, step: image.width * 3, joinAtBorder: false });
  const source = image.data;
  const data = new Uint8Array(height * width * 3);
  let target = 0;
  for (let y = 0; y < height; y += 1) {
    const above = rows.first[y]!;
    const below = rows.second[y]!;
    const upper = rows.firstWeight[y]!;
    const lower = rows.secondWeight[y]!;
    for (let x = 0; x < width; x += 1) {
      const left = columns.first[x]!;
      const right = columns.second[x]!;
      const leftWeight = columns.firstWeight[x]!;
      const rightWeight = columns.secondWeight[x]!;
      for (let channel = 0; channel < 3; channel += 1) {
        const a = above + channel;
        const b = below + channel;
        const top = source[a + left]! * leftWeight + source[a + right]! * rightWeight;
        const bottom = source[b + left]! * leftWeight + source[b + right]! * rightWeight;
        // OpenCV's own order of shifts: it decides about the last bit.
        data[target + channel] = (((upper * (top >> 4)) >> 16) + ((lower * (bottom >> 4)) >> 16) + 2) >> 2;
      }
      target += 3;
    }
  }
  return { height, width, data };
}
