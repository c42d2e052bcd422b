import type { ImageBytes, RgbImage } from '@graft-ml/core';
import { decodeDicom } from './dicom/decode-dicom.js';
import type { ImageFormat } from './image-format.js';

/** Limits of a {@link PixelDecoder}. */
export interface PixelDecoderOptions {
  /** The most pixels (height × width); more are refused before they are decoded. */
  readonly maxPixels: number;
}

/**
 * Decodes a whole image to upright RGB pixels at its own size.
 * @throws ImageError if it cannot be decoded.
 */
export type PixelDecoder = (bytes: ImageBytes, options: PixelDecoderOptions) => Promise<RgbImage>;

/** Decoders of formats that sharp does not read; a new one is a line here, and a line in `detectImageFormat`. */
export const pixelDecoders: ReadonlyMap<ImageFormat, PixelDecoder> = new Map<ImageFormat, PixelDecoder>([
  ['DICOM', decodeDicom],
]);
