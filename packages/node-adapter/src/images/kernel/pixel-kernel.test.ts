import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { resizeBilinear, type InputSize, type RgbImage } from '@graft-ml/core';
import { sharpImageSource } from '../sharp-image-source.js';
import { kernelCode } from './kernel-code.js';
import { resultBytes, runPixelJob, type KernelExports, type PixelJob } from './pixel-job.js';
import { runOnKernel } from './pixel-kernel.js';

const exports = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(kernelCode, 'base64')))
  .exports as unknown as KernelExports;

/** The job's pixels; undefined if the kernel refuses the image. */
function run(job: PixelJob): Uint8Array | undefined {
  const pixels = new Uint8Array(resultBytes(job));
  return runPixelJob(exports, job, pixels) ? pixels : undefined;
}

/** A generator for tests: repeatable, and good enough. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function randomImage(height: number, width: number, seed: number): RgbImage {
  const draw = generator(seed);
  return { height, width, data: Uint8Array.from({ length: height * width * 3 }, () => draw(256)) };
}

const whole = ({ height, width }: RgbImage) => ({ left: 0, top: 0, height, width });

function resize(image: RgbImage, inner: InputSize, antialias: boolean): Promise<RgbImage | undefined> {
  const { height, width, data: bytes } = image;
  return runOnKernel({ bytes, isJpeg: false, height, width, geometry: { part: whole(image), inner }, antialias });
}

describe('the kernel', () => {
  it('is what its sources give', async () => {
    const { compileKernel, kernelSource } = await import('../../../wasm/compile.mjs');
    const compiled = await compileKernel();
    expect(Buffer.from(kernelCode, 'base64').equals(compiled)).toBe(true);
    expect(kernelSource(compiled)).toContain(kernelCode.slice(0, 60));
  }, 120_000);

  it('resizes as core does, here and on workers, in any order', async () => {
    const sizes = [
      [1, 1, 5, 4],
      [9, 1, 4, 3],
      [8, 6, 4, 3],
      [33, 47, 32, 46],
      [100, 257, 64, 64],
      [61, 40, 61, 40],
      [7, 5, 23, 31],
    ];
    const jobs = Array.from({ length: 6 }, () => sizes).flat();
    await Promise.all(
      jobs.map(async ([height, width, toHeight, toWidth], index) => {
        const image = randomImage(height!, width!, index);
        const size: InputSize = [toHeight!, toWidth!];
        expect(await resize(image, size, false)).toEqual(resizeBilinear(image, size));
      }),
    );
  });

  it('averages the whole of an image that shrinks to a pixel, however large', async () => {
    for (const [height, width] of [
      [2, 2],
      [301, 7],
      [1, 5000],
      [700, 900],
    ] as const) {
      const image: RgbImage = { height, width, data: new Uint8Array(height * width * 3).fill(77) };
      expect([...(await resize(image, [1, 1], true))!.data]).toEqual([77, 77, 77]);
    }
  });

  it.each([
    ['without colour', 0, '4:2:0'],
    ['without colour', 0, '4:4:4'],
    ['whose colour begins in its middle', 48, '4:2:0'],
    ['of one channel', -1, '4:4:4'],
  ])('gives the pixels of libjpeg, resized as elsewhere, for a JPEG %s', async (_, coloured, chromaSubsampling) => {
    const [height, width] = [96, 131];
    const image = randomImage(height, width, 11);
    for (let i = 0; i < height * width; i += 1) {
      // Smooth enough for flat blocks, rough enough for others.
      if (i < (height - coloured) * width) image.data.fill(((i % width) * (i % 7)) & 255, i * 3, i * 3 + 3);
    }
    const raw = sharp(image.data, { raw: { height, width, channels: 3 } });
    const file = await (coloured < 0 ? raw.toColourspace('b-w') : raw).jpeg({ chromaSubsampling }).toBuffer();
    const data = new Uint8Array(await sharp(file).toColourspace('srgb').removeAlpha().raw().toBuffer());
    expect(data.length).toBe(height * width * 3);
    const part = { left: 3, top: 8, height: 80, width: 120 };
    const sizes: readonly InputSize[] = [
      [80, 120],
      [40, 60],
      [33, 50],
      [17, 19],
      [101, 163],
    ];
    for (const inner of sizes) {
      for (const antialias of [false, true]) {
        const job = { height, width, geometry: { part, inner }, antialias };
        const own = run({ ...job, bytes: file, isJpeg: true });
        expect(own).toEqual(run({ ...job, bytes: data, isJpeg: false }));
      }
    }
  });

  it('refuses damaged JPEGs or decodes them, but never fails', async () => {
    const draw = generator(7);
    const image = randomImage(40, 56, 3);
    const file = await sharp(image.data, { raw: { height: 40, width: 56, channels: 3 } })
      .jpeg({ quality: 70 })
      .toBuffer();
    const geometry = { part: whole(image), inner: [8, 8] as InputSize };
    let refused = 0;
    for (let round = 0; round < 600; round += 1) {
      const bytes = Buffer.from(file);
      for (let change = 0; change <= draw(4); change += 1) bytes[draw(bytes.length)] = draw(256);
      const part = round % 3 === 0 ? bytes.subarray(0, draw(bytes.length)) : bytes;
      const job = { bytes: part, isJpeg: true, height: 40, width: 56, geometry, antialias: round % 2 === 0 };
      if (run(job) === undefined) refused += 1;
    }
    expect(refused).toBeGreaterThan(200);
    expect(exports.memory.buffer.byteLength).toBeLessThan(4e6);
  });

  it('leaves to libvips what it does not decode: progressive and CMYK files, and 4:1:1', async () => {
    const image = randomImage(40, 56, 5);
    const raw = sharp(image.data, { raw: { height: 40, width: 56, channels: 3 } });
    const source = sharpImageSource();
    for (const file of [
      await raw.clone().jpeg({ progressive: true }).toBuffer(),
      await raw.clone().toColourspace('cmyk').jpeg().toBuffer(),
    ]) {
      const geometry = { part: whole(image), inner: [40, 56] as InputSize };
      const job = { bytes: file, isJpeg: true, height: 40, width: 56, geometry, antialias: false };
      expect(run(job)).toBeUndefined();
      await expect(source.decode(file, { size: [40, 56], interpolation: 'bilinear' })).resolves.toBeDefined();
    }
  });
});
