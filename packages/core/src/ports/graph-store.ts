/** Port: keeps compiled graphs between runs. Implementations: a folder (Node). What it holds can be made again at any time. */
export interface GraphStore {
  /** The graph stored under `key`, whole, or undefined: never a damaged one. */
  get(key: string): Promise<Uint8Array | undefined>;
  /**
   * Stores a graph under `key`; older ones may go for it.
   * @param key - Lower-case hexadecimal digits.
   * @throws CacheError if it cannot be stored (no space left, read-only).
   */
  set(key: string, graph: Uint8Array): Promise<void>;
}
