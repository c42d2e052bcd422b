import { parentPort, workerData } from 'node:worker_threads';
import { proceduralImage, type ProceduralImageOptions } from './procedural-image.js';

/** Which images a worker is asked for. */
export interface ImageRange {
  readonly from: number;
  readonly to: number;
}

const options = workerData as ProceduralImageOptions;

parentPort!.on('message', ({ from, to }: ImageRange) => {
  const bytes = options.size * options.size * 3;
  const data = new Uint8Array((to - from) * bytes);
  for (let index = from; index < to; index++) data.set(proceduralImage(index, options).data, (index - from) * bytes);
  parentPort!.postMessage(data, [data.buffer]);
});
