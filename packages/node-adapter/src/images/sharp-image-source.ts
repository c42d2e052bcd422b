import {
  ImageError,
  reasonOf,
  resizeBilinear,
  type ImageBytes,
  type ImageSource,
  type ResizeOptions,
  type RgbImage,
} from '@graft-ml/core';
import sharp, { type Sharp } from 'sharp';
import { DECODABLE_FORMATS, detectImageFormat, nameForeignFormat } from './image-format.js';
import { readImageFile } from './read-image-file.js';

/** Limits of {@link sharpImageSource}. */
export interface SharpImageSourceOptions {
  /** The most pixels (height × width) that an image may have; larger ones are refused unread. Default 100 million. */
  readonly maxPixels?: number | undefined;
}

const DEFAULT_MAX_PIXELS = 100_000_000;

/**
 * Reads images with sharp (libvips): JPEG, PNG, WebP, TIFF, GIF and AVIF, told by their first bytes. Of several frames
 * or pages it takes the first. Colour profiles are ignored, as OpenCV, Pillow and the backbones' training do.
 *
 * `antialias` resizes while decoding where the format allows (Lanczos, 3 lobes); `bilinear` decodes in full, then
 * resizes as OpenCV. The aspect ratio is ignored. An image that has the asked size keeps its pixels.
 *
 * @throws RangeError if `maxPixels` is not positive.
 * @example `const image = await source.decode(await source.read('a.jpg'), { size: [224, 224], interpolation: 'antialias' });`
 */
export function sharpImageSource(options: SharpImageSourceOptions = {}): ImageSource {
  const { maxPixels = DEFAULT_MAX_PIXELS } = options;
  if (!(Number.isInteger(maxPixels) && maxPixels > 0)) {
    throw new RangeError(`maxPixels is ${maxPixels}; pass a number of pixels of at least 1`);
  }
  // Many images in parallel, each on one thread, beat several threads inside one image; nothing is decoded twice.
  sharp.concurrency(1);
  sharp.cache(false);
  return {
    read: readImageFile,
    decode: (bytes, resize) => decode(bytes, { ...resize, maxPixels }),
  };
}

interface DecodeOptions extends ResizeOptions {
  readonly maxPixels: number;
}

async function decode(bytes: ImageBytes, options: DecodeOptions): Promise<RgbImage> {
  const { size, interpolation, maxPixels } = options;
  const [height, width] = size;
  if (!(Number.isInteger(height) && Number.isInteger(width) && height > 0 && width > 0)) {
    throw new RangeError(`cannot decode to ${height}×${width}; pass a height and a width of at least 1`);
  }
  requireImage(bytes);
  try {
    const upright = sharp(bytes, { failOn: 'error', limitInputPixels: maxPixels, ignoreIcc: true })
      .autoOrient()
      .flatten({ background: '#000' })
      .toColourspace('srgb');
    if (interpolation === 'bilinear') return resizeBilinear(await toRgb(upright), size);
    return await toRgb(upright.resize({ width, height, fit: 'fill' }));
  } catch (error) {
    throw await explain(error, bytes, maxPixels);
  }
}

function requireImage(bytes: ImageBytes): void {
  if (bytes.length === 0) throw new ImageError('the image is empty (0 bytes); replace or remove it');
  if (detectImageFormat(bytes)) return;
  const kind = nameForeignFormat(bytes);
  throw new ImageError(
    kind
      ? `${kind} cannot be decoded; convert it to ${DECODABLE_FORMATS}`
      : `the file is no image by its first bytes; pass ${DECODABLE_FORMATS}`,
  );
}

async function toRgb(image: Sharp): Promise<RgbImage> {
  const { data, info } = await image.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  const { height, width, channels } = info;
  if (channels === 3) return { height, width, data: new Uint8Array(data.buffer, data.byteOffset, data.length) };
  if (channels === 1) return { height, width, data: spreadGrey(data) };
  throw new ImageError(`the image has ${channels} channels after decoding, expected 3; convert it to RGB`);
}

function spreadGrey(grey: Uint8Array): Uint8Array {
  const data = new Uint8Array(grey.length * 3);
  for (const [i, value] of grey.entries()) data.fill(value, i * 3, i * 3 + 3);
  return data;
}

/** Turns the decoder's words into ours. */
async function explain(error: unknown, bytes: ImageBytes, maxPixels: number): Promise<ImageError> {
  if (error instanceof ImageError) return error;
  const reason = reasonOf(error).split('\n')[0] ?? '';
  if (reason.includes('exceeds pixel limit')) {
    const { width, height } = await sharp(bytes, { limitInputPixels: false }).metadata();
    return new ImageError(
      `the image has ${height}×${width} pixels, at most ${maxPixels} are decoded; make it smaller`,
      {
        cause: error,
      },
    );
  }
  return new ImageError(`the image is damaged or cut short (${reason}); replace or remove it`, { cause: error });
}
