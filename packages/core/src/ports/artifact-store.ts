/** Port: the named files of one saved model. Implementations: a folder (Node), fetch (browser), in memory. */
export interface ArtifactStore {
  /** Where it lies, for messages. */
  readonly location: string;
  /**
   * Reads one file. Nothing outside the artifact is touched, whatever the name: see `checkArtifactFileName`.
   * @throws ArtifactError if there is no such file, if it is larger than allowed, or no plain file; its message names location
   *   and file.
   */
  read(name: string, options?: ReadArtifactOptions): Promise<Uint8Array>;
  /**
   * Finds out early whether {@link write} would be refused, before hours of work.
   * @throws ArtifactError with the reason; always, where nothing can be written.
   */
  checkWritable(): Promise<void>;
  /**
   * Replaces the whole artifact by these files: afterwards all of them are there, or, if it failed, what was there before.
   * @throws ArtifactError if it cannot be written.
   */
  write(files: ReadonlyMap<string, Uint8Array>): Promise<void>;
}

/** How {@link ArtifactStore.read} reads. */
export interface ReadArtifactOptions {
  /**
   * The most bytes that the file may have. A larger one is refused before it lies in memory: by its size, or, where that is not
   * known beforehand, once so many bytes have come. Default: no limit.
   */
  readonly maxBytes?: number | undefined;
}
