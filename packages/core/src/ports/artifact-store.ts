/** Port: the named files of one saved model. Implementations: a folder (Node), in memory. */
export interface ArtifactStore {
  /** Where it lies, for messages. */
  readonly location: string;
  /** @throws ArtifactError if there is no such file; its message names location and file. */
  read(name: string): Promise<Uint8Array>;
  /**
   * Finds out early whether {@link write} would be refused, before hours of work.
   * @throws ArtifactError with the reason.
   */
  checkWritable(): Promise<void>;
  /**
   * Replaces the whole artifact by these files: afterwards all of them are there, or, if it failed, what was there before.
   * @throws ArtifactError if it cannot be written.
   */
  write(files: ReadonlyMap<string, Uint8Array>): Promise<void>;
}
