import type { Prediction, Predictor } from '@graft-ml/node-adapter';

/** Why an image was not taken. */
export class QueueFullError extends Error {
  /** Seconds after which a place is likely to be free. */
  readonly retryAfter: number;

  constructor(retryAfter: number) {
    super('too many images are waiting; try again later');
    this.retryAfter = retryAfter;
  }
}

/** Why an image was taken, and gave nothing: it is damaged. */
export class UnreadableImageError extends Error {}

/** Options of {@link PredictionQueue}. */
export interface PredictionQueueOptions {
  /** Images that run together, at most: one call of the engine for eight takes less time than eight calls. */
  readonly batchSize: number;
  /** Batches at once. With two, one is decoded while the other is on the engine. */
  readonly batchesAtOnce: number;
  /** Images that wait; more are refused at once, which is kinder than an answer that comes too late. */
  readonly capacity: number;
}

interface Waiting {
  readonly image: Uint8Array;
  readonly signal: AbortSignal;
  readonly resolve: (prediction: Prediction) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Predicts images that come one by one: what comes while the model is busy waits, and then runs together. So a single image is not
 * kept waiting for others, a service under load reaches the engine's own speed, and its memory stays bounded.
 */
export class PredictionQueue {
  readonly #predictor: Predictor;
  readonly #options: PredictionQueueOptions;
  readonly #waiting: Waiting[] = [];
  #batches = 0;
  #running = 0;
  #secondsPerImage = 0;
  #idle: (() => void)[] = [];

  constructor(predictor: Predictor, options: PredictionQueueOptions) {
    this.#predictor = predictor;
    this.#options = options;
  }

  /** Images that run or wait. */
  get length(): number {
    return this.#running + this.#waiting.length;
  }

  /** Whether the next image would be refused. */
  get isFull(): boolean {
    return this.#waiting.length >= this.#options.capacity;
  }

  /** Seconds after which what runs and waits now is likely to be done. */
  get retryAfter(): number {
    return Math.max(1, Math.ceil(this.#secondsPerImage * this.length));
  }

  /**
   * @param signal - Once aborted the image is not run: nobody waits for its result any more.
   * @throws QueueFullError at once if no place is free; UnreadableImageError; what the predictor throws.
   */
  predict(image: Uint8Array, signal: AbortSignal): Promise<Prediction> {
    if (this.isFull) throw new QueueFullError(this.retryAfter);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ image, signal, resolve, reject });
      // What else has arrived by now comes along.
      setImmediate(() => this.#startBatch());
    });
  }

  /** Waits until all that was taken is done. */
  async drain(): Promise<void> {
    if (this.length > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  #startBatch(): void {
    const { batchSize, batchesAtOnce } = this.#options;
    // While a batch runs only a full one joins it: parts of one would take the engine longer, and be done no sooner.
    if (this.#batches >= (this.#waiting.length < batchSize ? 1 : batchesAtOnce)) return;
    const batch: Waiting[] = [];
    while (batch.length < batchSize && this.#waiting.length > 0) {
      const next = this.#waiting.shift() as Waiting;
      if (next.signal.aborted) next.reject(new Error('the client went away'));
      else batch.push(next);
    }
    if (batch.length > 0) void this.#run(batch);
    else if (this.#batches === 0) for (const tell of this.#idle.splice(0)) tell();
  }

  async #run(batch: readonly Waiting[]): Promise<void> {
    this.#batches += 1;
    this.#running += batch.length;
    const begin = performance.now();
    try {
      await this.#answer(batch);
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
    const seconds = (performance.now() - begin) / 1000 / batch.length / this.#options.batchesAtOnce;
    this.#secondsPerImage = this.#secondsPerImage === 0 ? seconds : 0.9 * this.#secondsPerImage + 0.1 * seconds;
    this.#batches -= 1;
    this.#running -= batch.length;
    this.#startBatch();
  }

  async #answer(batch: readonly Waiting[]): Promise<void> {
    const images = batch.map(({ image }) => image);
    // One that is damaged shall not stop the others.
    const { predictions, skipped } = await this.#predictor.predict(images, { tolerableShare: 1 });
    const found = new Map(predictions.map((prediction) => [prediction.source, prediction]));
    const reasons = skipped.map(({ reason }) => reason).values();
    for (const { image, resolve, reject } of batch) {
      const prediction = found.get(image);
      if (prediction === undefined) reject(new UnreadableImageError(reasons.next().value));
      else resolve(prediction);
    }
  }
}
