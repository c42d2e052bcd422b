import type { ImageBytes } from '../image.js';

/** What an image file is like, besides its picture. */
export interface ImageFacts {
  /** Such as `JPEG`. */
  readonly format: string;
  /** Such as `grey`, `RGB`, `RGB with alpha`, `grey, 16 bits`. */
  readonly colorMode: string;
  /** As stored, before EXIF turns it. */
  readonly height: number;
  readonly width: number;
  /** Whatever else the header says, e.g. `{ exif: 'yes', camera: 'ACME' }`; short texts. */
  readonly details?: Readonly<Record<string, string>> | undefined;
}

/**
 * Reads a file's header. It is asked for images that could be decoded.
 * @throws ImageError if it cannot be read.
 */
export type ImageInspector = (bytes: ImageBytes) => Promise<ImageFacts>;
