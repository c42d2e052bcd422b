import type { ImageReference, Predictor, PredictOptions } from '@graft-ml/core';
import type { openPredictor } from '../default-runtime.js';
import type { nodeRuntime } from '../node-runtime.js';

/** What a predictor's thread is made with. */
export interface ThreadSettings {
  readonly folder: string;
  readonly weights: string | undefined;
  readonly engine: string | undefined;
  readonly cache: string | false | undefined;
}

/** An image as a message carries it. */
export type SentImage = string | Uint8Array | { readonly url: string };

/** What a predictor's thread is told. */
export type ThreadRequest =
  | {
      readonly kind: 'predict';
      readonly id: number;
      readonly images: readonly SentImage[];
      readonly options: Pick<PredictOptions, 'tta' | 'seed' | 'tolerableShare'>;
    }
  | { readonly kind: 'abort'; readonly id: number }
  | { readonly kind: 'close' };

/** One prediction: of which image of the call, and the scores in the classes' order. */
export interface SentPrediction {
  readonly place: number;
  readonly label: string;
  readonly scores: readonly number[];
}

/** An error as a message carries it. */
export interface SentError {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly code: string | undefined;
  readonly subject: string | undefined;
}

/** What a predictor's thread answers. */
export type ThreadAnswer =
  | { readonly kind: 'open'; readonly classNames: readonly string[]; readonly runsOn: string | undefined }
  | { readonly kind: 'failed'; readonly error: SentError }
  | { readonly kind: 'progress'; readonly id: number; readonly progress: Parameters<ProgressOf>[0] }
  | { readonly kind: 'warning'; readonly id: number; readonly text: string }
  | { readonly kind: 'error'; readonly id: number; readonly error: SentError }
  | {
      readonly kind: 'predicted';
      readonly id: number;
      readonly predictions: readonly SentPrediction[];
      readonly skipped: Awaited<ReturnType<Predictor['predict']>>['skipped'];
    }
  | { readonly kind: 'closed' };

type ProgressOf = NonNullable<PredictOptions['onProgress']>;

/** The thread's side of the messages. */
export interface ThreadPort {
  on(event: 'message', listener: (request: ThreadRequest) => void): void;
  postMessage(answer: ThreadAnswer): void;
  close(): void;
}

/** What the thread needs of the library, which it loads for itself. */
export interface ThreadLibrary {
  readonly nodeRuntime: typeof nodeRuntime;
  readonly openPredictor: typeof openPredictor;
}

/**
 * What a predictor's thread does: it opens the model, says so, and answers until it is closed. It travels as text, so it refers to
 * nothing outside itself.
 */
export async function servePredictor(
  port: ThreadPort,
  settings: ThreadSettings,
  library: ThreadLibrary,
): Promise<void> {
  const { folder, cache, ...loading } = settings;
  const controllers = new Map<number, AbortController>();
  const running = new Set<Promise<void>>();
  const sendable = (value: unknown): SentError => {
    const error = (value instanceof Error ? value : new Error(String(value))) as Error & Partial<SentError>;
    const { name, message, stack, code, subject } = error;
    return { name, message, stack, code, subject };
  };
  const runtime = library.nodeRuntime({ cache });
  let predictor: Predictor;
  try {
    predictor = await library.openPredictor(folder, { ...loading, runtime });
  } catch (error) {
    await runtime.close();
    port.postMessage({ kind: 'failed', error: sendable(error) });
    port.close();
    return;
  }
  const { classNames } = predictor;
  const predict = async ({ id, images, options }: Extract<ThreadRequest, { kind: 'predict' }>): Promise<void> => {
    const controller = new AbortController();
    controllers.set(id, controller);
    try {
      const sources = images.map((image): ImageReference =>
        typeof image === 'object' && 'url' in image ? new URL(image.url) : image,
      );
      const { predictions, skipped } = await predictor.predict(sources, {
        ...options,
        signal: controller.signal,
        onProgress: (progress) => port.postMessage({ kind: 'progress', id, progress }),
        onWarning: (text) => port.postMessage({ kind: 'warning', id, text }),
      });
      // Predictions stand in the images' order; those of skipped images are missing.
      const sent: SentPrediction[] = [];
      for (const [place, source] of sources.entries()) {
        const next = predictions[sent.length];
        if (next?.source !== source) continue;
        sent.push({ place, label: next.label, scores: classNames.map((name) => next.scores[name] ?? 0) });
      }
      port.postMessage({ kind: 'predicted', id, predictions: sent, skipped });
    } catch (error) {
      port.postMessage({ kind: 'error', id, error: sendable(error) });
    }
    controllers.delete(id);
  };
  port.on('message', (request) => {
    if (request.kind === 'abort') controllers.get(request.id)?.abort();
    else if (request.kind === 'predict') {
      const work: Promise<void> = predict(request).finally(() => running.delete(work));
      running.add(work);
    } else {
      void (async () => {
        await Promise.all(running);
        await predictor.dispose();
        await runtime.close();
        port.postMessage({ kind: 'closed' });
        port.close();
      })();
    }
  });
  port.postMessage({ kind: 'open', classNames, runsOn: predictor.runsOn });
}
