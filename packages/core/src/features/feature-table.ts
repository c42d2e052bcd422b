import type { RowFile } from '../ports/row-file.js';

/** Where a {@link FeatureTable} keeps its rows. */
export interface FeatureTableOptions {
  /** Opens a file for the rows that do not fit into memory; without it all of them have to. */
  readonly openRowFile?: ((rowSize: number) => RowFile) | undefined;
  /** Bytes of rows that stay in memory. Default: 16 MB. */
  readonly memoryBytes?: number | undefined;
}

const DEFAULT_MEMORY_BYTES = 16 * 2 ** 20;

// Rows are held in blocks: many small arrays would cost more than their numbers.
const BLOCK_BYTES = 2 ** 20;

/** Closes the files of tables that nobody holds any more. */
const forgottenFiles = new FinalizationRegistry<RowFile>((file) => file.close());

/**
 * Activations of many samples, a row for each view: shape `[samples, views, ...shape]`, float32. The first rows stay in memory,
 * those beyond a limit in a file, which goes with the table.
 */
export class FeatureTable {
  readonly views: number;
  readonly shape: readonly number[];
  readonly #rowSize: number;
  readonly #rowsPerBlock: number;
  readonly #memoryRows: number;
  readonly #openRowFile: FeatureTableOptions['openRowFile'];
  readonly #blocks: Float32Array[] = [];
  #rows = 0;
  #file: RowFile | undefined;

  /**
   * @param shape - Shape of one row.
   * @param views - Rows for each sample.
   */
  constructor(shape: readonly number[], views: number, options: FeatureTableOptions = {}) {
    const { openRowFile, memoryBytes = DEFAULT_MEMORY_BYTES } = options;
    this.shape = shape;
    this.views = views;
    this.#rowSize = shape.reduce((product, size) => product * size, 1);
    const rowBytes = this.#rowSize * Float32Array.BYTES_PER_ELEMENT;
    this.#rowsPerBlock = Math.max(1, Math.floor(BLOCK_BYTES / rowBytes));
    this.#openRowFile = openRowFile;
    this.#memoryRows = openRowFile ? Math.floor(memoryBytes / rowBytes) : Number.POSITIVE_INFINITY;
  }

  /** Number of samples. */
  get count(): number {
    return this.#rows / this.views;
  }

  /**
   * Appends one sample's rows.
   * @throws RangeError for another number of rows or another size; CacheError if they fit neither into memory nor on disk.
   */
  push(rows: readonly Float32Array[]): void {
    if (rows.length !== this.views || rows.some((row) => row.length !== this.#rowSize)) {
      throw new RangeError(
        `a sample has ${rows.length} rows of ${rows[0]?.length ?? 0} values; expected ${this.views} of ${this.#rowSize}`,
      );
    }
    for (const row of rows) {
      if (this.#rows < this.#memoryRows) this.#keep(row);
      else (this.#file ??= this.#openFile()).append(row);
      this.#rows += 1;
    }
  }

  /**
   * Copies rows out.
   * @param picks - For each wanted row the sample and the view.
   * @returns Shape `[picks.length, ...shape]`.
   */
  gather(picks: readonly { readonly sample: number; readonly view: number }[]): Float32Array {
    const result = new Float32Array(picks.length * this.#rowSize);
    for (const [position, { sample, view }] of picks.entries()) {
      if (!(sample >= 0 && sample < this.count && view >= 0 && view < this.views)) {
        throw new RangeError(
          `row ${sample}/${view} is outside the table of ${this.count} samples, ${this.views} views`,
        );
      }
      const row = sample * this.views + view;
      const target = result.subarray(position * this.#rowSize, (position + 1) * this.#rowSize);
      if (row >= this.#memoryRows) this.#file?.read(row - this.#memoryRows, target);
      else target.set(this.#row(row));
    }
    return result;
  }

  /** Lets go of the rows; the table is empty afterwards. Not needed for a table that stays as long as the process. */
  dispose(): void {
    this.#file?.close();
    this.#file = undefined;
    this.#blocks.length = 0;
    this.#rows = 0;
  }

  #keep(row: Float32Array): void {
    if (this.#rows % this.#rowsPerBlock === 0) {
      this.#blocks.push(new Float32Array(this.#rowsPerBlock * this.#rowSize));
    }
    this.#row(this.#rows).set(row);
  }

  #row(index: number): Float32Array {
    const block = this.#blocks[Math.floor(index / this.#rowsPerBlock)] as Float32Array;
    const from = (index % this.#rowsPerBlock) * this.#rowSize;
    return block.subarray(from, from + this.#rowSize);
  }

  #openFile(): RowFile {
    const file = (this.#openRowFile as (rowSize: number) => RowFile)(this.#rowSize);
    forgottenFiles.register(this, file);
    return file;
  }
}
