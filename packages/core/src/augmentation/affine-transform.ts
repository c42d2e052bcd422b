import { quoteNames } from '../errors.js';
import type { RgbImage } from '../image.js';

/**
 * What stands beyond an image's border, as in Keras and SciPy; for a row `a b c d`:
 * `nearest` `a a a|a b c d|d d d`, `reflect` `c b a|a b c d|d c b`, `constant` `k k k|a b c d|k k k` with k = `cval`, and
 * `wrap`, which repeats the image so that its last row or column falls on the first.
 */
export type FillMode = 'nearest' | 'reflect' | 'wrap' | 'constant';

const FILL_MODES: readonly FillMode[] = ['nearest', 'reflect', 'wrap', 'constant'];

/** How to fill beyond the border. */
export interface FillOptions {
  /** Default `nearest`. */
  readonly fillMode?: FillMode | undefined;
  /** The grey level of `constant`, 0–255. Default 0. */
  readonly cval?: number | undefined;
}

/** Filling, settled. */
export type Fill = Required<{ readonly fillMode: FillMode; readonly cval: number }>;

/** @throws RangeError for an unknown fill mode or a grey level out of range. */
export function checkFill(options: FillOptions): Fill {
  const { fillMode = 'nearest', cval = 0 } = options;
  if (!FILL_MODES.includes(fillMode)) {
    throw new RangeError(`fillMode is ${JSON.stringify(fillMode)}; pass one of ${quoteNames(FILL_MODES)}`);
  }
  if (!(cval >= 0 && cval <= 255)) throw new RangeError(`cval is ${cval}; pass a grey level from 0 to 255`);
  return { fillMode, cval };
}

/** An affine map: (row, column) ↦ (a · row + b · column + down, c · row + d · column + right). */
export interface AffineMap {
  /** `[a, b, c, d]`. */
  readonly matrix: readonly [number, number, number, number];
  /** `[down, right]`, in pixels. */
  readonly offset: readonly [number, number];
}

/** Where each output pixel comes from, measured from the image's centre; and what to do if that is outside. */
export interface AffineTransform extends AffineMap, Fill {}

/** The map that does what `first` and then `second` do to an image: a pixel's place goes through `second` first. */
export function combineMaps(first: AffineMap, second: AffineMap): AffineMap {
  const [a, b, c, d] = first.matrix;
  const [e, f, g, h] = second.matrix;
  const [down, right] = second.offset;
  return {
    matrix: [a * e + b * g, a * f + b * h, c * e + d * g, c * f + d * h],
    offset: [a * down + b * right + first.offset[0], c * down + d * right + first.offset[1]],
  };
}

/**
 * Moves pixels by an affine map about the image's centre, with linear interpolation.
 *
 * @param rounding - How grey levels become whole: to the nearest (default), or down, as Keras does before it changes
 * brightness.
 * @returns A new image of the same size; `image` itself if the map is the identity.
 * @see SciPy `ndimage.affine_transform(order=1)`, as Keras' `apply_affine_transform` calls it (oracle:
 * oracles/augmentation.py). Keras mixes up the centre's two coordinates, so that both agree for square images only.
 */
export function affineTransform(
  image: RgbImage,
  transform: AffineTransform,
  rounding: 'nearest' | 'down' = 'nearest',
): RgbImage {
  const { height, width, data: source } = image;
  const { fillMode } = transform;
  const [a, b, c, d] = transform.matrix;
  const [down, right] = transform.offset;
  if (a === 1 && b === 0 && c === 0 && d === 1 && down === 0 && right === 0) return image;
  const centreRow = height / 2 - 0.5;
  const centreColumn = width / 2 - 0.5;
  const shiftRow = centreRow - a * centreRow - b * centreColumn + down;
  const shiftColumn = centreColumn - c * centreRow - d * centreColumn + right;
  const lastRow = height - 1;
  const lastColumn = width - 1;
  const stride = width * 3;
  const half = rounding === 'down' ? 0 : 0.5;
  const background = Math.floor(transform.cval + half);
  const data = new Uint8Array(source.length);

  let target = 0;
  for (let row = 0; row < height; row += 1) {
    const rowY = row * a + shiftRow;
    const rowX = row * c + shiftColumn;
    // Columns whose four neighbours all lie inside: no checks there. Rounding is left a margin.
    const inY = inside({ start: rowY, step: b, last: lastRow, width });
    const inX = inside({ start: rowX, step: d, last: lastColumn, width });
    const begin = Math.max(inY[0], inX[0]);
    const end = Math.max(begin, Math.min(inY[1], inX[1]));
    for (let column = 0; column < width; column += 1, target += 3) {
      if (column === begin) {
        for (; column < end; column += 1, target += 3) {
          const y = rowY + column * b;
          const x = rowX + column * d;
          const top = y | 0;
          const left = x | 0;
          const i = top * stride + left * 3;
          const j = i + stride;
          const v = y - top;
          const u = x - left;
          const w11 = v * u;
          const w10 = v - w11;
          const w01 = u - w11;
          const w00 = 1 - v - w01;
          data[target] = source[i]! * w00 + source[i + 3]! * w01 + source[j]! * w10 + source[j + 3]! * w11 + half;
          data[target + 1] =
            source[i + 1]! * w00 + source[i + 4]! * w01 + source[j + 1]! * w10 + source[j + 4]! * w11 + half;
          data[target + 2] =
            source[i + 2]! * w00 + source[i + 5]! * w01 + source[j + 2]! * w10 + source[j + 5]! * w11 + half;
        }
        if (column >= width) break;
      }
      const y = foldIntoImage(rowY + column * b, height, fillMode);
      const x = foldIntoImage(rowX + column * d, width, fillMode);
      if (y < 0 || x < 0) {
        data.fill(background, target, target + 3);
        continue;
      }
      const top = y | 0;
      const left = x | 0;
      const upperLeft = top * stride + left * 3;
      const upperRight = left < lastColumn ? upperLeft + 3 : upperLeft;
      const below = top < lastRow ? stride : 0;
      const w11 = (y - top) * (x - left);
      const w10 = y - top - w11;
      const w01 = x - left - w11;
      const w00 = 1 - (y - top) - w01;
      for (let channel = 0; channel < 3; channel += 1) {
        const i = upperLeft + channel;
        const j = upperRight + channel;
        data[target + channel] =
          source[i]! * w00 + source[j]! * w01 + source[i + below]! * w10 + source[j + below]! * w11 + half;
      }
    }
  }
  return { height, width, data };
}

interface Line {
  readonly start: number;
  readonly step: number;
  readonly last: number;
  readonly width: number;
}

/** The whole numbers n, from and up to, for which `start + n · step` is surely inside [0, last). */
function inside({ start, step, last, width }: Line): [number, number] {
  if (last < 1) return [0, 0];
  const margin = 1e-6;
  if (step === 0) return start >= 0 && start < last ? [0, width] : [0, 0];
  const one = (margin - start) / step;
  const other = (last - margin - start) / step;
  const from = Math.ceil(Math.min(one, other));
  const to = Math.floor(Math.max(one, other)) + 1;
  return [Math.max(0, Math.min(from, width)), Math.max(0, Math.min(to, width))];
}

/** Brings a coordinate into [0, length − 1]; −1 stands for the background. */
function foldIntoImage(position: number, length: number, mode: FillMode): number {
  const last = length - 1;
  if (position >= 0 && position <= last) return position;
  switch (mode) {
    case 'constant':
      return -1;
    case 'nearest':
      return position < 0 ? 0 : last;
    case 'reflect': {
      const period = 2 * length;
      const within = position - period * Math.floor(position / period);
      const folded = within < length ? within : period - 1 - within;
      return Math.min(Math.max(folded, 0), last);
    }
    case 'wrap': {
      if (last === 0) return 0;
      const folded = position - last * Math.floor(position / last);
      return Math.min(Math.max(folded, 0), last);
    }
  }
}
