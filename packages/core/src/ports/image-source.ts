import type { ImageBytes, ImageReference, ResizeOptions, RgbImage } from '../image.js';

/** Port: from a sample's reference to pixels. Implementations: sharp (Node), canvas (browser). */
export interface ImageSource {
  /**
   * Reads an image's encoded bytes, unchanged.
   * @throws ImageError if it cannot be read; the message names the image.
   */
  read(reference: ImageReference): Promise<ImageBytes>;

  /**
   * Decodes encoded bytes to RGB at exactly the asked size. Grey is spread over three channels, alpha is laid over
   * black, 16-bit is scaled to 8, EXIF rotation is applied.
   * @throws ImageError if the bytes are no image that can be decoded.
   */
  decode(bytes: ImageBytes, options: ResizeOptions): Promise<RgbImage>;
}
