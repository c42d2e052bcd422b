import { availableCores } from '../../engines/available-cores.js';
import type { RgbImage } from '@graft-ml/core';
import { kernelCode } from './kernel-code.js';
import { resultBytes, runPixelJob, type KernelExports, type PixelJob } from './pixel-job.js';
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
    shared = {
      exports,
      workers: new PixelWorkers(module, { size, runHere: (job, into) => attempt(exports, job, into) }),
    };
  }
  return shared;
}

/**
 * Runs a job: the first few on this thread, then on workers, as many as the machine lends this process.
 *
 * The kernel is our own WebAssembly module, made of `wasm/`: it decodes baseline JPEG and resizes, with the pixels of libjpeg,
 * OpenCV (`bilinear`) and Pillow (`antialias`).
 *
 * @param into - Where the pixels may go; without it, or where its length is another, they get memory of their own.
 * @returns Pixels of the job's inner size; undefined where the kernel cannot decode the image, which says nothing about it.
 */
export async function runOnKernel(job: PixelJob, into?: Uint8Array): Promise<RgbImage | undefined> {
  const { exports, workers } = kernel();
  const size = resultBytes(job);
  const data = into?.length === size ? into : new Uint8Array(size);
  count += 1;
  const done = count <= imagesBeforeWorkers ? attempt(exports, job, data) : await workers.run(job, data);
  const [height, width] = job.geometry.inner;
  return done ? { height, width, data } : undefined;
}

function attempt(exports: KernelExports, job: PixelJob, into: Uint8Array): boolean {
  try {
    return runPixelJob(exports, job, into);
  } catch {
    return false;
  }
}
