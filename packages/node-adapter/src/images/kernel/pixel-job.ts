import type { ResizeGeometry } from '@graft-ml/core';

/** What the kernel's WebAssembly module exports; see wasm/index.ts. Pointers and sizes in bytes. */
export interface KernelExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  begin(length: number): number;
  decode(start: number, length: number, maxPixels: number): number;
  usePixels(start: number, width: number, height: number): void;
  imageWidth(): number;
  imageHeight(): number;
  resize(...geometry: readonly number[]): number;
}

/** One image for the kernel. */
export interface PixelJob {
  /** A JPEG file's bytes, or RGB pixels: `height · width · 3` bytes. */
  readonly bytes: Uint8Array;
  readonly isJpeg: boolean;
  readonly height: number;
  readonly width: number;
  readonly geometry: Pick<ResizeGeometry, 'part' | 'inner'>;
  readonly antialias: boolean;
}

/** Bytes of the pixels that a job gives. */
export function resultBytes({ geometry }: PixelJob): number {
  return geometry.inner[0] * geometry.inner[1] * 3;
}

/**
 * Does a job: decodes if need be, cuts out, resizes.
 *
 * It is also sent to workers as its own text, and so uses nothing from outside of itself.
 *
 * @param into - Gets the RGB pixels of the inner size: {@link resultBytes}.
 * @returns False for a JPEG of a kind that the kernel does not decode.
 */
export function runPixelJob(kernel: KernelExports, job: PixelJob, into: Uint8Array): boolean {
  const { bytes, height, width, antialias } = job;
  const { part, inner } = job.geometry;
  const start = kernel.begin(bytes.length);
  new Uint8Array(kernel.memory.buffer).set(bytes, start);
  if (!job.isJpeg) kernel.usePixels(start, width, height);
  else if (!kernel.decode(start, bytes.length, height * width)) return false;
  if (kernel.imageHeight() !== height || kernel.imageWidth() !== width) return false;
  const [rows, columns] = inner;
  const pixels = kernel.resize(...[part.left, part.top, part.width, part.height, columns, rows], antialias ? 1 : 0);
  into.set(new Uint8Array(kernel.memory.buffer, pixels, rows * columns * 3));
  return true;
}
