import { availableCores } from '../../engines/available-cores.js';
import type { RgbImage } from '@graft-ml/core';
import { kernelCode } from './kernel-code.js';
import { runPixelJob, type KernelExports, type PixelJob } from './pixel-job.js';
import { PixelWorkers } from './pixel-workers.js';

interface Kernel {
  readonly exports: KernelExports;
  readonly workers: PixelWorkers;
}

const mostWorkers = 8;
// So few images are done sooner than a worker has started.
const imagesBeforeWorkers = 4;

// One for the process, however many image sources there are: threads and their memory are shared.
let shared: Kernel | undefined;
let count = 0;

function kernel(): Kernel {
  if (shared === undefined) {
    const module = new WebAssembly.Module(Buffer.from(kernelCode, 'base64'));
    const exports = new WebAssembly.Instance(module).exports as unknown as KernelExports;
    const size = Math.min(mostWorkers, availableCores());
    shared = { exports, workers: new PixelWorkers(module, { size, runHere: (job) => attempt(exports, job) }) };
  }
  return shared;
}

/**
 * Runs a job: the first few on this thread, then on workers, as many as the machine lends this process.
 *
 * The kernel is our own WebAssembly module, made of `wasm/`: it decodes baseline JPEG and resizes, with the pixels of libjpeg,
 * OpenCV (`bilinear`) and Pillow (`antialias`).
 *
 * @returns Pixels of the job's inner size; undefined where the kernel cannot decode the image, which says nothing about it.
 */
export async function runOnKernel(job: PixelJob): Promise<RgbImage | undefined> {
  const { exports, workers } = kernel();
  count += 1;
  const data = count <= imagesBeforeWorkers ? attempt(exports, job) : await workers.run(job);
  const [height, width] = job.geometry.inner;
  return data && { height, width, data };
}

function attempt(exports: KernelExports, job: PixelJob): Uint8Array<ArrayBuffer> | undefined {
  try {
    return runPixelJob(exports, job);
  } catch {
    return undefined;
  }
}
