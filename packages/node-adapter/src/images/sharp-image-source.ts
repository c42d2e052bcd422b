import {
  ImageError,
  reasonOf,
  resizeBilinear,
  resizeGeometry,
  type DecodeImageOptions,
  type ImageBytes,
  type ImageSource,
  type InputSize,
  type ResizeGeometry,
  type RgbImage,
} from '@graft-ml/core';
import { DECODABLE_FORMATS, detectImageFormat, nameForeignFormat, type ImageFormat } from './image-format.js';
import { baselineJpegSize } from './jpeg-size.js';
import { runOnKernel } from './kernel/pixel-kernel.js';
import { letterbox } from './letterbox.js';
import { loadSharp } from './load-sharp.js';
import { PixelBudget } from './pixel-budget.js';
import { pixelDecoders } from './pixel-decoders.js';
import { readImageFile } from './read-image-file.js';
import { openSharp, readSharp, resizeWithSharp, uprightSize } from './sharp-pixels.js';

/** Limits of {@link sharpImageSource}. */
export interface SharpImageSourceOptions {
  /** The most pixels (height × width) that an image may have; larger ones are refused unread. Default 100 million. */
  readonly maxPixels?: number | undefined;
}

const DEFAULT_MAX_PIXELS = 100_000_000;
/** Larger images are left to libvips, which works in strips: each of the kernel's threads keeps what its largest image took. */
const MAX_KERNEL_PIXELS = 8_000_000;
/** Pixels of all images that are decoded at once; a pixel takes about 10 bytes while it lasts. */
const PIXELS_AT_ONCE = 16_000_000;

/**
 * Reads images: JPEG, PNG, WebP, TIFF, GIF and AVIF, told by their first bytes. Of several frames or pages it takes the
 * first. Colour profiles are ignored, as OpenCV, Pillow and the backbones' training do.
 *
 * Baseline JPEG is decoded, and most images are resized, by graft's own kernel; sharp (libvips) does the rest. A JPEG's
 * pixels are libjpeg's either way. `antialias` resizes as Pillow's `BILINEAR` (images above 8 million pixels as libvips'
 * linear kernel), `bilinear` as OpenCV's `INTER_LINEAR`. An image that has the asked size keeps its pixels.
 *
 * @throws RangeError if `maxPixels` is not positive.
 * @example `const image = await source.decode(await source.read('a.jpg'), { size: [224, 224], interpolation: 'antialias' });`
 */
export function sharpImageSource(options: SharpImageSourceOptions = {}): ImageSource {
  const { maxPixels = DEFAULT_MAX_PIXELS } = options;
  if (!(Number.isInteger(maxPixels) && maxPixels > 0)) {
    throw new RangeError(`maxPixels is ${maxPixels}; pass a number of pixels of at least 1`);
  }
  const budget = new PixelBudget(PIXELS_AT_ONCE);
  return {
    read: readImageFile,
    decode: (bytes, resize) => decode(bytes, { ...resize, maxPixels, budget }),
  };
}

interface DecodeOptions extends DecodeImageOptions {
  readonly maxPixels: number;
  readonly budget: PixelBudget;
}

async function decode(bytes: ImageBytes, options: DecodeOptions): Promise<RgbImage> {
  const [height, width] = options.size;
  if (!(Number.isInteger(height) && Number.isInteger(width) && height > 0 && width > 0)) {
    throw new RangeError(`cannot decode to ${height}×${width}; pass a height and a width of at least 1`);
  }
  const format = requireImage(bytes);
  const { maxPixels, budget } = options;
  const decodePixels = pixelDecoders.get(format);
  if (decodePixels !== undefined) return fit(await decodePixels(bytes, { maxPixels }), options);
  const size = format === 'JPEG' ? baselineJpegSize(bytes) : undefined;
  if (size !== undefined && pixelCount(size) <= Math.min(maxPixels, MAX_KERNEL_PIXELS)) {
    const decoded = await budget.spend(pixelCount(size), () => decodeOnKernel(bytes, size, options));
    if (decoded !== undefined) return decoded;
  }
  try {
    const upright = await uprightSize(bytes, maxPixels);
    return await budget.spend(pixelCount(upright), () => decodeWithSharp(bytes, upright, { ...options, format }));
  } catch (error) {
    throw await explain(error, bytes, maxPixels);
  }
}

async function decodeOnKernel(
  bytes: ImageBytes,
  [height, width]: InputSize,
  options: DecodeImageOptions,
): Promise<RgbImage | undefined> {
  const geometry = resizeGeometry([height, width], options.size, options.resize ?? 'stretch');
  const antialias = options.interpolation === 'antialias';
  const inner = await runOnKernel({ bytes, isJpeg: true, height, width, geometry, antialias }, options.into);
  return inner && letterbox(inner, options.size, geometry);
}

interface SharpDecodeOptions extends DecodeOptions {
  readonly format: ImageFormat;
}

async function decodeWithSharp(bytes: ImageBytes, upright: InputSize, options: SharpDecodeOptions): Promise<RgbImage> {
  const { maxPixels, interpolation } = options;
  const decodeOnce = async (failOn: 'warning' | 'error'): Promise<RgbImage> => {
    const image = await openSharp(bytes, { maxPixels, failOn });
    const shrinksInStrips = interpolation === 'antialias' && pixelCount(upright) > MAX_KERNEL_PIXELS;
    return shrinksInStrips ? resizeWithSharp(image, options) : fit(await readSharp(image), options);
  };
  if (options.format !== 'JPEG') return decodeOnce('error');
  try {
    return await decodeOnce('warning');
  } catch (error) {
    // Missing pixels are only a warning to libjpeg, which makes them grey; what else it warns of does no harm.
    if (reasonOf(error).toLowerCase().includes('premature end')) throw error;
    return decodeOnce('error');
  }
}

/** Brings pixels to the asked size. */
async function fit(image: RgbImage, options: DecodeImageOptions): Promise<RgbImage> {
  const { height, width, data } = image;
  const geometry = resizeGeometry([height, width], options.size, options.resize ?? 'stretch');
  const antialias = options.interpolation === 'antialias';
  if (!antialias && pixelCount([height, width]) > MAX_KERNEL_PIXELS) {
    return letterbox(resizeBilinear(cut(image, geometry.part), geometry.inner), options.size, geometry);
  }
  const inner = await runOnKernel({ bytes: data, isJpeg: false, height, width, geometry, antialias }, options.into);
  if (inner === undefined)
    throw new ImageError(`the image has ${height}×${width} pixels, for which there is no memory`);
  return letterbox(inner, options.size, geometry);
}

function cut(image: RgbImage, part: ResizeGeometry['part']): RgbImage {
  const { left, top, height, width } = part;
  if (height === image.height && width === image.width) return image;
  const data = new Uint8Array(height * width * 3);
  for (let y = 0; y < height; y += 1) {
    const from = ((top + y) * image.width + left) * 3;
    data.set(image.data.subarray(from, from + width * 3), y * width * 3);
  }
  return { height, width, data };
}

function pixelCount([height, width]: InputSize): number {
  return height * width;
}

function requireImage(bytes: ImageBytes): ImageFormat {
  if (bytes.length === 0) throw new ImageError('the image is empty (0 bytes); replace or remove it');
  const format = detectImageFormat(bytes);
  if (format !== undefined) return format;
  const kind = nameForeignFormat(bytes);
  throw new ImageError(
    kind
      ? `${kind} cannot be decoded; convert it to ${DECODABLE_FORMATS}`
      : `the file is no image by its first bytes; pass ${DECODABLE_FORMATS}`,
  );
}

/** Turns the decoder's words into ours. */
async function explain(error: unknown, bytes: ImageBytes, maxPixels: number): Promise<ImageError> {
  if (error instanceof ImageError) return error;
  const reason = reasonOf(error).split('\n')[0] ?? '';
  if (reason.includes('exceeds pixel limit')) {
    const sharp = await loadSharp();
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
