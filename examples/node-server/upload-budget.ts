/** Bounds the bytes of all uploads that are under way or wait: a thousand of ten megabytes would fill the memory. */
export class UploadBudget {
  #free: number;

  /** @param bytes - How many are held at once. */
  constructor(bytes: number) {
    this.#free = bytes;
  }

  /** @returns What gives the bytes back, once; undefined if they are not free. */
  take(bytes: number): (() => void) | undefined {
    if (bytes > this.#free) return undefined;
    this.#free -= bytes;
    return () => {
      this.#free += bytes;
      bytes = 0;
    };
  }
}
