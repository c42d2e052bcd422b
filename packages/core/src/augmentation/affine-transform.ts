import type { RgbImage } from '../image.js';
import { quoteNames } from '../errors.js';

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

/** @throws RangeError for an unknown fill mode or a grey level out of range. */
export function checkFill(options: FillOptions): Required<{ fillMode: FillMode; cval: number }> {
  const { fillMode = 'nearest', cval = 0 } = options;
  if (!FILL_MODES.includes(fillMode)) {
    throw new RangeError(`fillMode is ${JSON.stringify(fillMode)}; pass one of ${quoteNames(FILL_MODES)}`);
  }
  if (!(cval >= 0 && cval <= 255)) throw new RangeError(`cval is ${cval}; pass a grey level from 0 to 255`);
  return { fillMode, cval };
}

/** Where each output pixel comes from. */
export interface AffineTransform {
  /**
   * `[a, b, c, d]`: measured from the image's centre, the pixel at (row, column) comes from
   * (a · row + b · column, c · row + d · column).
   */
  readonly matrix: readonly [number, number, number, number];
  readonly fillMode: FillMode;
  readonly cval: number;
}

/**
 * Moves pixels by an affine map about the image's centre, with linear interpolation, rounded to whole grey levels.
 *
 * @returns A new image of the same size.
 * @see SciPy `ndimage.affine_transform(order=1)`, as Keras' `apply_affine_transform` calls it (oracle:
 * oracles/augmentation.py). Keras mixes up the centre's two coordinates, so that both agree for square images only.
 */
export function affineTransform(image: RgbImage, transform: AffineTransform): RgbImage {
  const { height, width, data: source } = image;
  const { fillMode } = transform;
  const [a, b, c, d] = transform.matrix;
  const centreRow = height / 2 - 0.5;
  const centreColumn = width / 2 - 0.5;
  const shiftRow = centreRow - a * centreRow - b * centreColumn;
  const shiftColumn = centreColumn - c * centreRow - d * centreColumn;
  const lastRow = height - 1;
  const lastColumn = width - 1;
  const stride = width * 3;
  const background = Math.floor(transform.cval + 0.5);
  const data = new Uint8Array(source.length);

  let target = 0;
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1, target += 3) {
      let y = row * a + column * b + shiftRow;
      let x = row * c + column * d + shiftColumn;
      if (!(y >= 0 && y <= lastRow && x >= 0 && x <= lastColumn)) {
        y = foldIntoImage(y, height, fillMode);
        x = foldIntoImage(x, width, fillMode);
        if (y < 0 || x < 0) {
          data[target] = background;
          data[target + 1] = background;
          data[target + 2] = background;
          continue;
        }
      }
      const top = y | 0;
      const left = x | 0;
      const down = y - top;
      const right = x - left;
      const upperLeft = top * stride + left * 3;
      const upperRight = left < lastColumn ? upperLeft + 3 : upperLeft;
      const below = top < lastRow ? stride : 0;
      const w11 = down * right;
      const w10 = down - w11;
      const w01 = right - w11;
      const w00 = 1 - down - w01;
      for (let channel = 0; channel < 3; channel += 1) {
        const i = upperLeft + channel;
        const j = upperRight + channel;
        data[target + channel] =
          source[i]! * w00 + source[j]! * w01 + source[i + below]! * w10 + source[j + below]! * w11 + 0.5;
      }
    }
  }
  return { height, width, data };
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
