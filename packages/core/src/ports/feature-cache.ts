/** Port: keeps activations between runs. Implementations: lmdb (Node), in memory. */
export interface FeatureCache {
  /** The activations stored under `key`, or undefined. Never another key's, never half of them. */
  get(key: string): Promise<Float32Array | undefined>;
  /** Stores activations under `key`. @throws CacheError if they cannot be stored (no space left, read-only). */
  set(key: string, activations: Float32Array): Promise<void>;
  /**
   * What {@link get} gives back for these activations, where that is not what was set: of a cache that keeps fewer bits. Work
   * goes on with it, so that the first run and one from the cache compute the same.
   */
  rounded?(activations: Float32Array): Float32Array;
  /** Waits until everything that was set can be read by other processes, then lets go of the files. */
  close(): Promise<void>;
}
