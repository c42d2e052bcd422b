import { createRequire } from 'node:module';
import { Worker, type Transferable } from 'node:worker_threads';
import {
  AbortedError,
  EngineError,
  reasonOf,
  throwIfAborted,
  type ImageReference,
  type Prediction,
  type Predictions,
  type Predictor,
  type PredictOptions,
} from '@graft-ml/core';
import { receivedError } from './received-error.js';
import {
  servePredictor,
  type SentImage,
  type SentPrediction,
  type ThreadAnswer,
  type ThreadRequest,
  type ThreadSettings,
} from './serve-predictor.js';

/** Options of {@link openPredictorThread}. */
export interface PredictorThreadOptions {
  /** The backbone's weights file, where it no longer lies where it lay when the model was saved. */
  readonly weights?: string | undefined;
  /** An engine's name, or `auto` (default). */
  readonly engine?: string | undefined;
  /** Where compiled graphs are kept; `false` keeps none. Default: the platform's cache folder, or `GRAFT_CACHE`. */
  readonly cache?: string | false | undefined;
  /**
   * Whether images' bytes are handed over instead of copied, where an array has its buffer to itself: it is empty afterwards. For
   * large uploads, of which a copy would take memory and time. Default: false.
   */
  readonly handOver?: boolean | undefined;
}

// The worker as text, not as a file: the same in both bundles, and when the sources run as they are.
const workerCode = `
const { parentPort, workerData } = require('node:worker_threads');
// esbuild calls it inside functions where it is told to keep their names.
const __name = (named) => named;
const serve = ${servePredictor.toString()};
void serve(parentPort, workerData.settings, require(workerData.library));`;

interface Waiting {
  readonly images: readonly ImageReference[];
  readonly options: PredictOptions;
  readonly resolve: (predictions: Predictions) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Opens a saved model on a thread of its own, for servers: reading, decoding and the network's arithmetic happen there, so that this
 * thread's event loop stays free. `openPredictor` blocks it while a batch is on the engine: onnxruntime for Node computes on the
 * thread that asks.
 *
 * The thread does not keep the process alive while nothing is asked of it.
 *
 * @param folder - The folder that `model.save` or `graft train --out` wrote.
 * @returns As `openPredictor`; scores are the same to the last bit. `predict` takes no `augmentation` of its own.
 * @throws What `openPredictor` throws; EngineError from `predict` if the thread has ended.
 * @example `const predictor = await openPredictorThread('models/covid'); await predictor.predict([upload], { tolerableShare: 1 })`
 */
export async function openPredictorThread(folder: string, options: PredictorThreadOptions = {}): Promise<Predictor> {
  const { weights, engine, cache, handOver = false } = options;
  const settings: ThreadSettings = { folder, weights, engine, cache };
  const library = createRequire(import.meta.url).resolve('@graft-ml/node-adapter');
  // The process' own loaders are not for this thread: it runs the built library only.
  const worker = new Worker(workerCode, { eval: true, workerData: { settings, library }, execArgv: [] });
  const thread = new PredictorThread(worker, handOver);
  const { classNames, runsOn } = await thread.opened;
  return {
    classNames,
    ...(runsOn !== undefined && { runsOn }),
    predict: (images, settings = {}) => thread.predict(images, settings),
    dispose: () => thread.close(),
  };
}

class PredictorThread {
  readonly opened: Promise<Extract<ThreadAnswer, { kind: 'open' }>>;
  readonly #worker: Worker;
  readonly #handOver: boolean;
  readonly #ended: Promise<EngineError>;
  readonly #waiting = new Map<number, Waiting>();
  #classNames: readonly string[] = [];
  #failure: EngineError | undefined;
  #last = 0;

  constructor(worker: Worker, handOver: boolean) {
    this.#worker = worker;
    this.#handOver = handOver;
    this.#ended = new Promise((resolve) => {
      worker.once('exit', (code) => resolve(this.#fail(`it exited with ${code}`)));
    });
    this.opened = new Promise((resolve, reject) => {
      worker.on('error', (error) => reject(this.#fail(reasonOf(error))));
      worker.on('message', (answer: ThreadAnswer) => {
        if (answer.kind === 'failed') reject(receivedError(answer.error));
        else if (answer.kind !== 'open') this.#receive(answer);
        else {
          this.#classNames = answer.classNames;
          worker.unref();
          resolve(answer);
        }
      });
      void this.#ended.then(reject);
    });
  }

  async predict(images: readonly ImageReference[], options: PredictOptions): Promise<Predictions> {
    const { augmentation, signal, tta, seed, tolerableShare } = options;
    if (augmentation !== undefined) {
      throw new TypeError('an augmentation of your own cannot go to another thread; use openPredictor, or tta alone');
    }
    throwIfAborted(signal);
    if (this.#failure !== undefined) throw this.#failure;
    const id = ++this.#last;
    let abort = (): void => undefined;
    try {
      return await new Promise<Predictions>((resolve, reject) => {
        abort = () => {
          this.#send({ kind: 'abort', id });
          reject(new AbortedError(undefined, { cause: signal?.reason }));
        };
        // First, as what cannot be sent throws.
        this.#send(
          { kind: 'predict', id, images: images.map(sentImage), options: { tta, seed, tolerableShare } },
          this.#handOver ? ownBuffers(images) : [],
        );
        this.#waiting.set(id, { images, options, resolve, reject });
        this.#worker.ref();
        signal?.addEventListener('abort', abort, { once: true });
      });
    } finally {
      signal?.removeEventListener('abort', abort);
      this.#forget(id);
    }
  }

  /** Finishes what runs, and ends the thread. */
  async close(): Promise<void> {
    this.#worker.ref();
    if (this.#failure === undefined) this.#send({ kind: 'close' });
    await this.#ended;
  }

  #send(request: ThreadRequest, transfer: readonly Transferable[] = []): void {
    this.#worker.postMessage(request, transfer);
  }

  #receive(answer: Exclude<ThreadAnswer, { kind: 'open' | 'failed' }>): void {
    if (answer.kind === 'closed') {
      void this.#worker.terminate();
      return;
    }
    const waiting = this.#waiting.get(answer.id);
    if (waiting === undefined) return;
    const { images, options, resolve, reject } = waiting;
    if (answer.kind === 'progress') options.onProgress?.(answer.progress);
    else if (answer.kind === 'warning') options.onWarning?.(answer.text);
    else if (answer.kind === 'error') reject(receivedError(answer.error));
    else {
      const predictions = answer.predictions.map((sent) => this.#received(sent, images));
      resolve({ predictions, skipped: answer.skipped });
    }
  }

  #received({ place, label, scores }: SentPrediction, images: readonly ImageReference[]): Prediction {
    return {
      source: images[place] as ImageReference,
      label,
      // A class may be called `__proto__`: entries, not assignments.
      scores: Object.fromEntries(this.#classNames.map((name, index) => [name, scores[index] ?? 0])),
    };
  }

  #forget(id: number): void {
    if (this.#waiting.delete(id) && this.#waiting.size === 0) this.#worker.unref();
  }

  #fail(reason: string): EngineError {
    const failure = (this.#failure ??= new EngineError(
      `the predictor's thread has ended: ${reason}; open the model again`,
      { subject: 'thread' },
    ));
    for (const { reject } of this.#waiting.values()) reject(failure);
    return failure;
  }
}

function sentImage(image: ImageReference): SentImage {
  if (image instanceof URL) return { url: image.href };
  // What was handed over before has no buffer any more, which no message can carry.
  return typeof image !== 'string' && image.length === 0 ? new Uint8Array() : image;
}

/** Buffers that hold one image and nothing else. */
function ownBuffers(images: readonly ImageReference[]): ArrayBuffer[] {
  const buffers = images.flatMap((image) =>
    image instanceof Uint8Array &&
    image.length > 0 &&
    image.buffer instanceof ArrayBuffer &&
    image.length === image.buffer.byteLength
      ? [image.buffer]
      : [],
  );
  return [...new Set(buffers)];
}
