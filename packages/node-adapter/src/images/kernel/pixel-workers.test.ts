import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { kernelCode } from './kernel-code.js';
import { runPixelJob, type KernelExports, type PixelJob } from './pixel-job.js';
import { PixelWorkers } from './pixel-workers.js';

afterEach(() => vi.restoreAllMocks());

const module = new WebAssembly.Module(Buffer.from(kernelCode, 'base64'));
const kernel = new WebAssembly.Instance(module).exports as unknown as KernelExports;
const runHere = (job: PixelJob, into: Uint8Array) => runPixelJob(kernel, job, into);

/** A grey image of its own brightness. */
const jobOf = (brightness: number): PixelJob => ({
  bytes: new Uint8Array(8 * 8 * 3).fill(brightness),
  isJpeg: false,
  height: 8,
  width: 8,
  geometry: { part: { left: 0, top: 0, width: 8, height: 8 }, inner: [4, 4] },
  antialias: true,
});

describe('PixelWorkers', () => {
  it('loses no image of a thread that dies, and starts another', async () => {
    const original = Object.getOwnPropertyDescriptor(Worker.prototype, 'postMessage')?.value as Worker['postMessage'];
    let sent = 0;
    vi.spyOn(Worker.prototype, 'postMessage').mockImplementation(function (this: Worker, ...parts) {
      sent += 1;
      if (sent % 3 === 0) void this.terminate();
      else Reflect.apply(original, this, parts);
    });
    const workers = new PixelWorkers(module, { size: 2, runHere });
    const brightnesses = Array.from({ length: 20 }, (_, i) => 10 * i);
    const pixels = brightnesses.map(() => new Uint8Array(4 * 4 * 3));
    await Promise.all(brightnesses.map((brightness, i) => workers.run(jobOf(brightness), pixels[i]!)));
    expect(pixels.map((image) => image.at(-1))).toEqual(brightnesses);
    expect(sent).toBeGreaterThan(6);
  });
});
