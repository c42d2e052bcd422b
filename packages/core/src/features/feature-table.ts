/**
 * Activations of many samples, a row for each view: shape `[samples, views, ...shape]`, float32.
 */
export class FeatureTable {
  readonly views: number;
  readonly shape: readonly number[];
  readonly #rowSize: number;
  readonly #samples: Float32Array[] = [];

  /**
   * @param shape - Shape of one row.
   * @param views - Rows for each sample.
   */
  constructor(shape: readonly number[], views: number) {
    this.shape = shape;
    this.views = views;
    this.#rowSize = shape.reduce((product, size) => product * size, 1);
  }

  /** Number of samples. */
  get count(): number {
    return this.#samples.length;
  }

  /** Appends one sample's rows. @throws RangeError for another number of rows or another size. */
  push(rows: readonly Float32Array[]): void {
    if (rows.length !== this.views || rows.some((row) => row.length !== this.#rowSize)) {
      throw new RangeError(
        `a sample has ${rows.length} rows of ${rows[0]?.length ?? 0} values; expected ${this.views} of ${this.#rowSize}`,
      );
    }
    const sample = new Float32Array(this.views * this.#rowSize);
    for (const [view, row] of rows.entries()) sample.set(row, view * this.#rowSize);
    this.#samples.push(sample);
  }

  /**
   * Copies rows out.
   * @param picks - For each wanted row the sample and the view.
   * @returns Shape `[picks.length, ...shape]`.
   */
  gather(picks: readonly { readonly sample: number; readonly view: number }[]): Float32Array {
    const result = new Float32Array(picks.length * this.#rowSize);
    for (const [position, { sample, view }] of picks.entries()) {
      const rows = this.#samples[sample];
      if (rows === undefined || view < 0 || view >= this.views) {
        throw new RangeError(
          `row ${sample}/${view} is outside the table of ${this.count} samples, ${this.views} views`,
        );
      }
      result.set(rows.subarray(view * this.#rowSize, (view + 1) * this.#rowSize), position * this.#rowSize);
    }
    return result;
  }
}
