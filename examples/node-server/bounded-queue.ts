/** Why a task was not taken. */
export class QueueFullError extends Error {
  /** Seconds after which a place is likely to be free. */
  readonly retryAfter: number;

  constructor(retryAfter: number) {
    super('too many images are waiting; try again later');
    this.retryAfter = retryAfter;
  }
}

/** What a task gave, once it is its turn. */
type Task = () => Promise<void>;

/** Options of {@link BoundedQueue}. */
export interface BoundedQueueOptions {
  /** Tasks at once. The engine uses every core for one image already, so that one is best. */
  readonly concurrency: number;
  /** Tasks that wait; more are refused at once, which is kinder than an answer that comes too late. */
  readonly capacity: number;
}

/** Does a few things at a time, lets some wait, and refuses the rest: a service under load stays quick and small. */
export class BoundedQueue {
  readonly #options: BoundedQueueOptions;
  readonly #waiting: Task[] = [];
  #running = 0;
  #meanSeconds = 0;
  #idle: (() => void) | undefined;

  constructor(options: BoundedQueueOptions) {
    this.#options = options;
  }

  /** Tasks that run or wait. */
  get length(): number {
    return this.#running + this.#waiting.length;
  }

  /**
   * Does the work when it is its turn.
   * @param signal - Once aborted the work is not begun: nobody waits for its result any more.
   * @throws QueueFullError at once if no place is free; what the work throws.
   */
  run<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const { concurrency, capacity } = this.#options;
    if (this.#running >= concurrency && this.#waiting.length >= capacity) {
      throw new QueueFullError(Math.max(1, Math.ceil((this.#meanSeconds * this.length) / concurrency)));
    }
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push(async () => {
        if (signal.aborted) reject(new Error('the client went away'));
        else await this.#measure(work).then(resolve, reject);
      });
      this.#next();
    });
  }

  /** Waits until all that was taken is done. */
  async drain(): Promise<void> {
    if (this.length > 0) await new Promise<void>((resolve) => (this.#idle = resolve));
  }

  #next(): void {
    if (this.#running >= this.#options.concurrency) return;
    const task = this.#waiting.shift();
    if (task === undefined) {
      if (this.#running === 0) this.#idle?.();
      return;
    }
    this.#running += 1;
    void task().finally(() => {
      this.#running -= 1;
      this.#next();
    });
  }

  async #measure<T>(work: () => Promise<T>): Promise<T> {
    const begin = performance.now();
    try {
      return await work();
    } finally {
      const seconds = (performance.now() - begin) / 1000;
      this.#meanSeconds = this.#meanSeconds === 0 ? seconds : 0.9 * this.#meanSeconds + 0.1 * seconds;
    }
  }
}
