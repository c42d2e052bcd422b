import type { ImageReference, RgbImage } from '../image.js';

const DEFAULT_PIXEL_BYTES = 48 * 2 ** 20;

/**
 * What is known of images that are run again and again, with other views each time: digests of their files, so that a view which
 * the cache holds needs no reading; and the decoded pixels of as many as fit. What came first stays: passes in one order would
 * find nothing in a store that keeps what came last.
 *
 * It believes that files do not change; make one for each job.
 */
export class SeenImages {
  readonly #digests = new Map<ImageReference, string>();
  readonly #pixels = new Map<ImageReference, RgbImage>();
  #room: number;

  /** @param pixelBytes - Memory for decoded images. Default: 48 MB, 330 images of 224 × 224. */
  constructor(pixelBytes: number = DEFAULT_PIXEL_BYTES) {
    this.#room = pixelBytes;
  }

  /** SHA-256 of the image's file, if it was read before. */
  digestOf(source: ImageReference): string | undefined {
    return this.#digests.get(source);
  }

  keepDigest(source: ImageReference, digest: string): void {
    this.#digests.set(source, digest);
  }

  /** The image as it was decoded. Do not change it. */
  pixelsOf(source: ImageReference): RgbImage | undefined {
    return this.#pixels.get(source);
  }

  /** Keeps an image if there is room. @returns Whether it does. */
  keepPixels(source: ImageReference, image: RgbImage): boolean {
    if (image.data.byteLength > this.#room || this.#pixels.has(source)) return false;
    this.#room -= image.data.byteLength;
    this.#pixels.set(source, image);
    return true;
  }
}
