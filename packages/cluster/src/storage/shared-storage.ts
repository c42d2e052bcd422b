/** A file by what it holds. */
export interface StoredFile {
  /** SHA-256, 64 hexadecimal digits. */
  readonly sha256: string;
  readonly bytes: number;
}

/**
 * Where all machines see the same files: a folder (NFS) or a bucket. Files are kept by their content, so that writing one twice
 * is writing it once; small JSON records are kept by a key. One contract test suite runs on each implementation.
 */
export interface SharedStorage {
  /** For messages. */
  readonly location: string;
  /** The storage's own name, made when it is first used: two machines that read the same one see the same storage. */
  identify(): Promise<string>;
  /** Stores a local file. @throws ClusterError if there is no room, or nothing can be written. */
  put(file: string): Promise<StoredFile>;
  /** Copies a stored file to a local one. @throws ClusterError if it is not there, or not what was stored. */
  get(stored: StoredFile, file: string): Promise<void>;
  /** True if the file is there, whole as far as its size tells. */
  has(stored: StoredFile): Promise<boolean>;
  /** The record under a key; undefined if there is none. */
  readRecord(key: string): Promise<unknown>;
  /** Stores a record; a later one takes its place. */
  writeRecord(key: string, record: unknown): Promise<void>;
}

/** Where a file lies within a storage. */
export function objectPath({ sha256 }: Pick<StoredFile, 'sha256'>): string {
  return `objects/${sha256.slice(0, 2)}/${sha256}`;
}

/** Where a record lies within a storage. @throws RangeError for a key that is none. */
export function recordPath(key: string): string {
  if (!/^[a-z0-9-]{1,120}$/.test(key)) throw new RangeError(`record key ${JSON.stringify(key)} is none`);
  return `records/${key}.json`;
}

/** Holds the storage's own name. */
export const identityPath = 'graft-storage.json';
