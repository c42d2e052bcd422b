import type { ImageBytes, ImageReference, ResizeOptions, RgbImage } from '../image.js';

/** The surroundings of {@link ImageSource.read}. */
export interface ReadImageOptions {
  /** Ends a read that takes long, such as one over a network. */
  readonly signal?: AbortSignal | undefined;
}

/** How {@link ImageSource.decode} brings an image to its size, and where its pixels go. */
export interface DecodeImageOptions extends ResizeOptions {
  /**
   * `height · width · 3` bytes that the caller no longer needs, so that a long job does not leave each image to the garbage
   * collector. An implementation may write the pixels there, or ignore it: where they are is the answer's `data`.
   */
  readonly into?: Uint8Array | undefined;
}

/** Port: from a sample's reference to pixels. Implementations: sharp (Node), canvas (browser). */
export interface ImageSource {
  /**
   * Reads an image's encoded bytes, unchanged.
   * @throws ImageError if it cannot be read; the message names the image. AbortedError.
   */
  read(reference: ImageReference, options?: ReadImageOptions): Promise<ImageBytes>;

  /**
   * Decodes encoded bytes to RGB at exactly the asked size. Grey is spread over three channels, alpha is laid over
   * black, 16-bit is scaled to 8, EXIF rotation is applied.
   * @throws ImageError if the bytes are no image that can be decoded.
   */
  decode(bytes: ImageBytes, options: DecodeImageOptions): Promise<RgbImage>;
}
