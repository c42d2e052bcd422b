import { Worker } from 'node:worker_threads';
import { resultBytes, runPixelJob, type PixelJob } from './pixel-job.js';

/** Does a job on this thread, into the pixels given. @returns False if the kernel cannot. */
type Run = (job: PixelJob, into: Uint8Array) => boolean;

interface Waiting {
  readonly job: PixelJob;
  readonly into: Uint8Array;
  readonly resolve: (done: boolean) => void;
}

interface Sent extends Waiting {
  /** Where the worker puts the pixels. */
  readonly shared: SharedArrayBuffer;
}

interface Member {
  readonly worker: Worker;
  /** Jobs that were sent, in order. */
  readonly sent: Sent[];
  /** Shared memory that no job uses now. Pixels that came as a message each would be garbage of 150 kB an image. */
  spare: SharedArrayBuffer[];
}

// Further jobs lie ready, so that a worker need not wait where this thread is busy with something else.
const jobsPerWorker = 4;

// The worker as text, not as a file: the same in both bundles, and when the sources run as they are.
const workerCode = `
const { parentPort, workerData } = require('node:worker_threads');
const kernel = new WebAssembly.Instance(workerData).exports;
const run = ${runPixelJob.toString()};
parentPort.on('message', ({ job, shared }) => {
  let done = false;
  try {
    done = run(kernel, job, new Uint8Array(shared));
  } catch {}
  parentPort.postMessage(done);
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

  /** Does a job on a worker, into the pixels given. @returns False if the kernel cannot. */
  run(job: PixelJob, into: Uint8Array): Promise<boolean> {
    return new Promise((resolve) => {
      this.#queue.push({ job, into, resolve });
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
      const { job } = waiting;
      const shared = takeShared(member, resultBytes(job));
      member.sent.push({ ...waiting, shared });
      member.worker.postMessage({ job: { ...job, bytes: sendable(job.bytes) }, shared });
    }
  }

  #start(): Member {
    const worker = new Worker(workerCode, { eval: true, workerData: this.#module });
    const member: Member = { worker, sent: [], spare: [] };
    this.#members.push(member);
    worker.on('message', (done: boolean) => {
      const { shared, into, resolve } = member.sent.shift() as Sent;
      if (done) into.set(new Uint8Array(shared));
      member.spare.push(shared);
      resolve(done);
      if (member.sent.length === 0) worker.unref();
      this.#sendWaiting();
    });
    worker.on('error', () => undefined);
    worker.on('exit', () => {
      this.#members.splice(this.#members.indexOf(member), 1);
      // That a thread died says nothing about the images that it was sent.
      for (const { job, into, resolve } of member.sent) resolve(this.#runHere(job, into));
      this.#sendWaiting();
    });
    return member;
  }
}

/** Images are mostly of one size: memory for another one is let go. */
function takeShared(member: Member, bytes: number): SharedArrayBuffer {
  member.spare = member.spare.filter(({ byteLength }) => byteLength === bytes);
  return member.spare.pop() ?? new SharedArrayBuffer(bytes);
}

/** A message carries the whole buffer that an array is a view of. */
function sendable(bytes: Uint8Array): Uint8Array {
  return bytes.buffer.byteLength > bytes.length * 2 ? bytes.slice() : bytes;
}
