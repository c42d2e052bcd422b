import type { InputSize, RgbImage } from '../image.js';
import { roundHalfEven } from '../round-half-even.js';

// Pillow's weights have 22 bits; 14 are what the WebAssembly kernel of node-adapter can sum in pairs.
const weightBits = 14;
const half = 1 << (weightBits - 1);

/** What one output position is made of: the first source position, and the weights from there on. */
interface Tap {
  readonly begin: number;
  readonly weights: Int32Array;
}

/**
 * Resizes to exactly `size`, ignoring the aspect ratio: each pixel is a mean of those that shrink into it, weighed by a triangle,
 * as Pillow's `resize` with `BILINEAR`. The same integers as node-adapter's kernel, so that a model sees in a browser what it
 * saw in Node, to the bit; a pixel differs from Pillow's by one level at most.
 *
 * @param image - RGB, uint8.
 * @param size - `[height, width]`, each at least 1.
 * @returns A new image, or `image` itself if it has that size already.
 * @see Pillow `Image.resize(resample=BILINEAR)`; `packages/node-adapter/wasm/resize.ts`
 * @example `resizeAntialias(image, [128, 128])`
 */
export function resizeAntialias(image: RgbImage, [height, width]: InputSize): RgbImage {
  if (image.height === height && image.width === width) return image;
  const columns = triangleTaps(image.width, width);
  const rows = triangleTaps(image.height, height);
  const narrowed = new Uint8Array(image.height * width * 3);
  for (let y = 0; y < image.height; y++) {
    narrowRow(image.data.subarray(y * image.width * 3, (y + 1) * image.width * 3), columns, {
      target: narrowed,
      at: y * width * 3,
    });
  }
  const data = new Uint8Array(height * width * 3);
  const rowSize = width * 3;
  for (let y = 0; y < height; y++) {
    const { begin, weights } = rows[y]!;
    for (let x = 0; x < rowSize; x++) {
      let sum = half;
      for (let k = 0; k < weights.length; k++) sum += narrowed[(begin + k) * rowSize + x]! * weights[k]!;
      data[y * rowSize + x] = sum >> weightBits;
    }
  }
  return { height, width, data };
}

function narrowRow(
  row: Uint8Array,
  taps: readonly Tap[],
  { target, at }: { readonly target: Uint8Array; readonly at: number },
): void {
  for (let x = 0; x < taps.length; x++) {
    const { begin, weights } = taps[x]!;
    let [red, green, blue] = [half, half, half];
    for (let k = 0, from = begin * 3; k < weights.length; k++, from += 3) {
      const weight = weights[k]!;
      red += row[from]! * weight;
      green += row[from + 1]! * weight;
      blue += row[from + 2]! * weight;
    }
    target[at + x * 3] = red >> weightBits;
    target[at + x * 3 + 1] = green >> weightBits;
    target[at + x * 3 + 2] = blue >> weightBits;
  }
}

function triangleTaps(from: number, to: number): Tap[] {
  const scale = from / to;
  const support = Math.max(scale, 1);
  return Array.from({ length: to }, (_, i) => {
    const begin = Math.max(Math.trunc((i + 0.5) * scale - support + 0.5), 0);
    const end = Math.min(Math.trunc((i + 0.5) * scale + support + 0.5), from);
    const centre = (i + 0.5) * scale - 0.5;
    const shares = Array.from({ length: end - begin }, (_share, k) =>
      Math.max(1 - Math.abs(begin + k - centre) / support, 0),
    );
    const total = shares.reduce((sum, share) => sum + share, 0);
    // Sums are rounded, not weights: so all weights together are exactly 1.
    let [sum, given] = [0, 0];
    const weights = Int32Array.from(shares, (share) => {
      sum += share;
      const upTo = roundHalfEven((sum / total) * (1 << weightBits));
      const weight = upTo - given;
      given = upTo;
      return weight;
    });
    return { begin, weights };
  });
}
