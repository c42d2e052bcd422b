import type { InputSize } from '../image.js';

/**
 * Memory for decoded images and for batches of them, used again and again. As garbage it would be 300 kB for each image of
 * 224 × 224, which a JavaScript engine counts as outside of its heap, and answers by marking the whole heap every hundred images.
 */
export class PixelBuffers {
  readonly #imageBytes: number;
  readonly #spare: Uint8Array[] = [];
  #batch = new Uint8Array(0);

  constructor([height, width]: InputSize) {
    this.#imageBytes = height * width * 3;
  }

  /** Memory for one image; what it held is still there. */
  take(): Uint8Array {
    return this.#spare.pop() ?? new Uint8Array(this.#imageBytes);
  }

  /** Takes back what {@link take} gave. Nothing may refer to it any more. */
  giveBack(buffer: Uint8Array | undefined): void {
    if (buffer !== undefined) this.#spare.push(buffer);
  }

  /** Memory for a batch; the same as the last time if the number of images is the same. */
  batch(images: number): Uint8Array {
    const bytes = images * this.#imageBytes;
    if (this.#batch.length !== bytes) this.#batch = new Uint8Array(bytes);
    return this.#batch;
  }
}
