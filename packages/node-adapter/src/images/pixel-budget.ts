/**
 * Lets tasks run as long as the sum of their sizes stays within a capacity; others wait, in order. A task above the capacity
 * runs alone.
 */
export class PixelBudget {
  readonly #capacity: number;
  readonly #waiting: { readonly size: number; readonly start: () => void }[] = [];
  #used = 0;

  /** @param capacity - In pixels, as all sizes. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  async spend<Result>(size: number, task: () => Promise<Result>): Promise<Result> {
    if (this.#waiting.length > 0 || !this.#fits(size)) {
      await new Promise<void>((start) => this.#waiting.push({ size, start }));
    } else {
      this.#used += size;
    }
    try {
      return await task();
    } finally {
      this.#used -= size;
      this.#startWaiting();
    }
  }

  #fits(size: number): boolean {
    return this.#used === 0 || this.#used + size <= this.#capacity;
  }

  #startWaiting(): void {
    for (let next = this.#waiting[0]; next !== undefined && this.#fits(next.size); next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#used += next.size;
      next.start();
    }
  }
}
