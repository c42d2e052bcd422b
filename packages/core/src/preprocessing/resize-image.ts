import type { ResizeOptions, RgbImage } from '../image.js';
import { resizeAntialias } from './resize-antialias.js';
import { resizeBilinear } from './resize-bilinear.js';
import { resizeGeometry, type ResizeGeometry } from './resize-geometry.js';

/**
 * Brings a decoded image to the size that a network sees: for image sources that have pixels, such as one on a browser's canvas.
 * It gives node-adapter's pixels.
 *
 * @param image - RGB, uint8, upright.
 * @returns A new image, or `image` itself if it has that size already.
 * @throws RangeError for a size that is no positive integers, or an image whose data does not fit its size.
 * @example `resizeImage(image, { size: [128, 128], interpolation: 'antialias', resize: 'cover' })`
 */
export function resizeImage(image: RgbImage, { size, interpolation, resize = 'stretch' }: ResizeOptions): RgbImage {
  const sides = [...size, image.height, image.width];
  if (
    !sides.every((side) => Number.isInteger(side) && side > 0) ||
    image.data.length !== image.height * image.width * 3
  ) {
    throw new RangeError(
      `cannot resize ${image.height}×${image.width} with ${image.data.length} bytes to ${size.join('×')}; ` +
        'pass height × width × 3 bytes, and sides of at least 1',
    );
  }
  const geometry = resizeGeometry([image.height, image.width], size, resize);
  const part = cut(image, geometry.part);
  const inner =
    interpolation === 'bilinear' ? resizeBilinear(part, geometry.inner) : resizeAntialias(part, geometry.inner);
  if (inner.height === size[0] && inner.width === size[1]) return inner;
  const data = new Uint8Array(size[0] * size[1] * 3);
  for (let y = 0; y < inner.height; y++) {
    const row = inner.data.subarray(y * inner.width * 3, (y + 1) * inner.width * 3);
    data.set(row, ((geometry.top + y) * size[1] + geometry.left) * 3);
  }
  return { height: size[0], width: size[1], data };
}

function cut(image: RgbImage, { left, top, height, width }: ResizeGeometry['part']): RgbImage {
  if (height === image.height && width === image.width) return image;
  const data = new Uint8Array(height * width * 3);
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * image.width + left) * 3;
    data.set(image.data.subarray(from, from + width * 3), y * width * 3);
  }
  return { height, width, data };
}
