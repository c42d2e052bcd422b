/** Port: rows of floats outside of memory, for as long as the process runs. Implementations: a temporary file (Node). */
export interface RowFile {
  /** Appends a row. @throws CacheError if it cannot be stored (no space left). */
  append(row: Float32Array): void;
  /** Copies row `index` to the beginning of `target`. @throws CacheError if it cannot be read. */
  read(index: number, target: Float32Array): void;
  /** Lets go of the file. */
  close(): void;
}
