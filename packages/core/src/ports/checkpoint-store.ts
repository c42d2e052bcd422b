/** Port: the place of one training checkpoint. Implementations: a file (Node), in memory. */
export interface CheckpointStore {
  /** Where it lies, for messages. */
  readonly location: string;
  /** What was written last, whole; undefined if there is nothing. */
  read(): Promise<Uint8Array | undefined>;
  /** Replaces it: afterwards the new bytes are there, or, if the process died or it failed, the old ones. */
  write(bytes: Uint8Array): Promise<void>;
  /** Removes it; nothing happens if there is none. */
  clear(): Promise<void>;
}
