import type { InputSize, ResizeMode } from '../image.js';

/** Which part of an image is brought to which size, and where it then stands in the output. In pixels. */
export interface ResizeGeometry {
  /** The wanted part of the source. */
  readonly part: {
    readonly left: number;
    readonly top: number;
    readonly height: number;
    readonly width: number;
  };
  /** The size that the part is brought to; smaller than the output where there are borders. */
  readonly inner: InputSize;
  /** Borders of the output: to the left of the inner image, and above it. The rest stands on the other sides. */
  readonly left: number;
  readonly top: number;
}

/**
 * Works out a {@link ResizeMode}: `stretch` takes the whole image; `cover` the largest centred part of the output's shape;
 * `contain` the whole image at the largest size that fits, centred. Odd pixels go to the right and below.
 *
 * @param source - `[height, width]` of the image.
 * @param size - `[height, width]` of the output.
 * @example `resizeGeometry([200, 400], [100, 100], 'cover').part // { left: 100, top: 0, height: 200, width: 200 }`
 */
export function resizeGeometry(source: InputSize, size: InputSize, mode: ResizeMode): ResizeGeometry {
  const [height, width] = source;
  const [outHeight, outWidth] = size;
  const whole = { left: 0, top: 0, height, width };
  if (mode === 'stretch') return { part: whole, inner: size, left: 0, top: 0 };
  // Products of whole numbers: no rounding decides which side is the longer one.
  const isWide = width * outHeight > height * outWidth;
  if (mode === 'cover') {
    const part = isWide
      ? { ...whole, width: share(height * outWidth, outHeight, width) }
      : { ...whole, height: share(width * outHeight, outWidth, height) };
    const left = Math.floor((width - part.width) / 2);
    const top = Math.floor((height - part.height) / 2);
    return { part: { ...part, left, top }, inner: size, left: 0, top: 0 };
  }
  const inner: InputSize = isWide
    ? [share(height * outWidth, width, outHeight), outWidth]
    : [outHeight, share(width * outHeight, height, outWidth)];
  const left = Math.floor((outWidth - inner[1]) / 2);
  const top = Math.floor((outHeight - inner[0]) / 2);
  return { part: whole, inner, left, top };
}

/** A quotient in whole pixels, from 1 to `most`. */
function share(dividend: number, divisor: number, most: number): number {
  return Math.min(most, Math.max(1, Math.round(dividend / divisor)));
}
