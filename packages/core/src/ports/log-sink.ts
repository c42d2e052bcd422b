/** Port: a file that grows. Implementations: a file (Node), in memory. */
export interface LogSink {
  /** Adds bytes at the end. When it resolves, a process that dies no longer takes them along. */
  append(bytes: Uint8Array): Promise<void>;
  /** Cuts the file to its first bytes; 0 empties it. @throws RangeError if it is shorter than that. */
  truncate(length: number): Promise<void>;
}
