import { open, rename, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { ImageRange } from './image-worker.js';
import type { ProceduralImageOptions } from './procedural-image.js';

/** What {@link writeImages} needs. */
export interface WriteImagesOptions extends ProceduralImageOptions {
  readonly count: number;
  readonly workers: number;
  readonly onProgress?: (done: number) => void;
}

const chunk = 100;

/**
 * Writes the first images of a series to a file, one after another, RGB bytes; leaves a file of the right length as it is.
 * @param path - Should tell apart what makes other images: seed, size, mix.
 */
export async function writeImages(path: string, options: WriteImagesOptions): Promise<void> {
  const { count, size, workers, onProgress } = options;
  const bytes = size * size * 3;
  const found = await stat(path).catch(() => undefined);
  if (found?.size === count * bytes) return;
  const partial = `${path}.partial`;
  const file = await open(partial, 'w');
  try {
    let next = 0;
    let done = 0;
    const work = async (): Promise<void> => {
      const worker = startWorker(options);
      try {
        while (next < count) {
          const range: ImageRange = { from: next, to: Math.min(next + chunk, count) };
          next = range.to;
          const data = await ask(worker, range);
          await file.write(data, 0, data.length, range.from * bytes);
          onProgress?.((done += range.to - range.from));
        }
      } finally {
        await worker.terminate();
      }
    };
    await Promise.all(Array.from({ length: workers }, work));
  } finally {
    await file.close();
  }
  await rename(partial, path);
}

function ask(worker: Worker, range: ImageRange): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      worker.off('message', receive);
      worker.off('error', fail);
    };
    const receive = (data: Uint8Array): void => {
      settle();
      resolve(data);
    };
    const fail = (error: Error): void => {
      settle();
      reject(error);
    };
    worker.on('message', receive);
    worker.on('error', fail);
    worker.postMessage(range);
  });
}

/** Found without import.meta.resolve, which test runners lack; require finds the CommonJS half. */
function tsxModule(): string {
  const commonJs = createRequire(import.meta.url).resolve('tsx/esm/api');
  return pathToFileURL(commonJs.replace(/\.cjs$/, '.mjs')).href;
}

/** A thread that reads TypeScript: tsx must be told in each. */
function startWorker({ seed, size, mix }: ProceduralImageOptions): Worker {
  const [tsx, source] = [tsxModule(), new URL('./image-worker.ts', import.meta.url).href];
  const script = `import(${JSON.stringify(tsx)}).then(({ register }) => (register(), import(${JSON.stringify(source)})))`;
  return new Worker(script, { eval: true, workerData: { seed, size, mix } });
}
