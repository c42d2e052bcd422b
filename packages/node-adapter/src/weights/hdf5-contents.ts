/** A data set in an HDF5 file, without its values. */
export interface Hdf5Dataset {
  readonly path: string;
  readonly shape: readonly number[];
}

/**
 * An open HDF5 file. Paths within it have no leading slash; `''` is the root.
 * Every method throws WeightsError if the file is damaged there, or closed.
 */
export interface Hdf5Contents {
  /** The path as the user gave it. */
  readonly origin: string;
  /** Names within a group, in the file's order. */
  names(group: string): string[];
  isGroup(path: string): boolean;
  isDataset(path: string): boolean;
  /** An attribute's texts; `undefined` if there is no such attribute, or it holds something else. */
  texts(path: string, attribute: string): string[] | undefined;
  /** What lies at `path`; refuses anything but a data set. */
  dataset(path: string): Hdf5Dataset;
  /** Reads a data set as float32. */
  read(path: string): Float32Array;
  /** Frees the file; a second call does nothing. */
  close(): void;
}
