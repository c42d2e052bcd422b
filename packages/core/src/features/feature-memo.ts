import type { ImageReference } from '../image.js';

/**
 * Activations held in memory while several models are trained on parts of one data set: so an image is read and
 * run once, whatever cache there is. Grows with the number of images and views.
 */
export class FeatureMemo {
  readonly #rows = new Map<ImageReference, Map<string, Float32Array>>();

  /** The rows of an image's views, or undefined unless all are there. @param keys - What tells its views apart. */
  find(source: ImageReference, keys: readonly string[]): Float32Array[] | undefined {
    const known = this.#rows.get(source);
    if (known === undefined) return undefined;
    const rows = keys.map((key) => known.get(key));
    return rows.every((row) => row !== undefined) ? rows : undefined;
  }

  /** Keeps the rows of an image's views. The arrays are not copied; do not change them. */
  keep(source: ImageReference, keys: readonly string[], rows: readonly Float32Array[]): void {
    const known = this.#rows.get(source) ?? new Map<string, Float32Array>();
    for (const [index, key] of keys.entries()) known.set(key, rows[index] as Float32Array);
    this.#rows.set(source, known);
  }
}
