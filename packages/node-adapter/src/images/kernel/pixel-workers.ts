import { Worker } from 'node:worker_threads';
import { runPixelJob, type PixelJob } from './pixel-job.js';

/** What a worker answers. */
interface Answer {
  readonly pixels: Uint8Array<ArrayBuffer> | undefined;
}

type Run = (job: PixelJob) => Uint8Array<ArrayBuffer> | undefined;

interface Waiting {
  readonly job: PixelJob;
  readonly resolve: (pixels: Uint8Array<ArrayBuffer> | undefined) => void;
}

interface Member {
  readonly worker: Worker;
  /** Jobs that were sent, in order. */
  readonly sent: Waiting[];
}

// Further jobs lie ready, so that a worker need not wait where this thread is busy with something else.
const jobsPerWorker = 4;

// The worker as text, not as a file: the same in both bundles, and when the sources run as they are.
const workerCode = `
const { parentPort, workerData } = require('node:worker_threads');
const kernel = new WebAssembly.Instance(workerData).exports;
const run = ${runPixelJob.toString()};
parentPort.on('message', (job) => {
  let pixels;
  try {
    pixels = run(kernel, job);
  } catch {}
  parentPort.postMessage({ pixels }, pixels ? [pixels.buffer] : []);
});`;

/** Threads that run the kernel. They start when there is work, and do not keep the process alive without. */
export class PixelWorkers {
  readonly #module: WebAssembly.Module;
  readonly #size: number;
  readonly #runHere: Run;
  readonly #members: Member[] = [];
  readonly #queue: Waiting[] = [];

  /** @param options - `size`: how many threads at most; `runHere`: does a job on this thread whose worker has died. */
  constructor(module: WebAssembly.Module, { size, runHere }: { readonly size: number; readonly runHere: Run }) {
    this.#module = module;
    this.#size = size;
    this.#runHere = runHere;
  }

  /** @returns What {@link runPixelJob} returns; undefined too if the kernel failed. */
  run(job: PixelJob): Promise<Uint8Array<ArrayBuffer> | undefined> {
    return new Promise((resolve) => {
      this.#queue.push({ job, resolve });
      this.#sendWaiting();
    });
  }

  #sendWaiting(): void {
    while (this.#queue.length > 0) {
      let member = this.#members.reduce<Member | undefined>(
        (least, next) => (least === undefined || next.sent.length < least.sent.length ? next : least),
        undefined,
      );
      if ((member === undefined || member.sent.length > 0) && this.#members.length < this.#size) member = this.#start();
      if (member === undefined || member.sent.length >= jobsPerWorker) return;
      const waiting = this.#queue.shift() as Waiting;
      if (member.sent.length === 0) member.worker.ref();
      member.sent.push(waiting);
      member.worker.postMessage({ ...waiting.job, bytes: sendable(waiting.job.bytes) });
    }
  }

  #start(): Member {
    const worker = new Worker(workerCode, { eval: true, workerData: this.#module });
    const member: Member = { worker, sent: [] };
    this.#members.push(member);
    worker.on('message', ({ pixels }: Answer) => {
      member.sent.shift()?.resolve(pixels);
      if (member.sent.length === 0) worker.unref();
      this.#sendWaiting();
    });
    worker.on('error', () => undefined);
    worker.on('exit', () => {
      this.#members.splice(this.#members.indexOf(member), 1);
      // That a thread died says nothing about the images that it was sent.
      for (const { job, resolve } of member.sent) resolve(this.#runHere(job));
      this.#sendWaiting();
    });
    return member;
  }
}

/** A message carries the whole buffer that an array is a view of. */
function sendable(bytes: Uint8Array): Uint8Array {
  return bytes.buffer.byteLength > bytes.length * 2 ? bytes.slice() : bytes;
}
