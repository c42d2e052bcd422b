import {
  AbortedError,
  describeImage,
  ImageError,
  reasonOf,
  resizeImage,
  type ImageBytes,
  type ImageReference,
  type ImageSource,
  type RgbImage,
} from '@graft-ml/core';

/** Larger ones would take half a gigabyte on a canvas. */
const mostPixels = 100_000_000;

/**
 * Images through the browser's own decoders, read back from a canvas. Only decoding is the browser's: the size that a network
 * sees is made by core's `resizeImage`, so that its pixels are those of Node. EXIF turns an image, transparency lies over
 * black, colour profiles are ignored, as in Node.
 */
export function canvasImageSource(): ImageSource {
  return {
    async read(reference, { signal } = {}) {
      if (signal?.aborted) throw new AbortedError();
      return reference instanceof Uint8Array ? reference : fetchImage(reference, signal);
    },
    async decode(bytes, options) {
      return resizeImage(await decodePixels(bytes), options);
    },
  };
}

async function fetchImage(reference: ImageReference, signal: AbortSignal | undefined): Promise<ImageBytes> {
  const name = describeImage(reference);
  try {
    const response = await fetch(name, { signal: signal ?? null });
    if (!response.ok) throw new Error(`the server says ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  } catch (cause) {
    if (signal?.aborted) throw new AbortedError(undefined, { cause });
    throw new ImageError(`${name} cannot be read: ${reasonOf(cause)}`, { cause, subject: name });
  }
}

async function decodePixels(bytes: ImageBytes): Promise<RgbImage> {
  const bitmap = await openBitmap(bytes);
  try {
    const { width, height } = bitmap;
    if (width * height > mostPixels) {
      throw new ImageError(`the image has ${width}×${height} pixels, more than ${mostPixels / 1e6} million; shrink it`);
    }
    // Without an alpha channel a canvas is black, and what is transparent is laid over it.
    const context = new OffscreenCanvas(width, height).getContext('2d', { alpha: false, willReadFrequently: true });
    if (context === null) throw new ImageError('the browser has no canvas to decode on; use a current one');
    context.drawImage(bitmap, 0, 0);
    return { height, width, data: withoutAlpha(context.getImageData(0, 0, width, height).data) };
  } finally {
    bitmap.close();
  }
}

async function openBitmap(bytes: ImageBytes): Promise<ImageBitmap> {
  try {
    // A copy's type, not a copy: bytes of a page are never shared between threads.
    const blob = new Blob([bytes as Uint8Array<ArrayBuffer>]);
    return await createImageBitmap(blob, { imageOrientation: 'from-image', colorSpaceConversion: 'none' });
  } catch (cause) {
    throw new ImageError('it is no image that this browser can decode; use JPEG, PNG, WebP, AVIF, GIF or BMP', {
      cause,
    });
  }
}

function withoutAlpha(rgba: Uint8ClampedArray): Uint8Array {
  const data = new Uint8Array((rgba.length / 4) * 3);
  for (let from = 0, to = 0; from < rgba.length; from += 4) {
    data[to++] = rgba[from]!;
    data[to++] = rgba[from + 1]!;
    data[to++] = rgba[from + 2]!;
  }
  return data;
}
