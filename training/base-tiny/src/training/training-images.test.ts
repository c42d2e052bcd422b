import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSettings, stageOf, type Settings } from '../settings.js';
import { cutImage } from './cut-image.js';
import { TrainingImages } from './training-images.js';

let folder: string;
let settings: Settings;

/** Every image's pixels hold its index, their row and their column. */
function numberedImages(count: number, size: number): Uint8Array {
  const data = new Uint8Array(count * size * size * 3);
  for (let i = 0; i < data.length / 3; i++) {
    data.set([Math.floor(i / (size * size)), Math.floor(i / size) % size, i % size], 3 * i);
  }
  return data;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'graft-training-images-'));
  await writeFile(join(folder, 'images.rgb'), numberedImages(10, 8));
  const shipped = await readSettings(new URL('../../settings.json', import.meta.url));
  settings = {
    ...shipped,
    images: { ...shipped.images, count: 10, size: 8 },
    batchSize: 4,
    steps: 10,
    stages: [
      { share: 0.5, size: 5, teacherSize: 24 },
      { share: 0.5, size: 8, teacherSize: 40 },
    ],
  };
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('TrainingImages', () => {
  it('gives the same batch for a step, whatever was asked for before', async () => {
    const images = await TrainingImages.open(join(folder, 'images.rgb'), settings);
    const batches = [];
    for (let step = 0; step < 10; step++) batches.push(await images.batch(step));
    await images.close();
    const again = await TrainingImages.open(join(folder, 'images.rgb'), settings);
    expect(await again.batch(7)).toEqual(batches[7]);
    expect(await again.batch(2)).toEqual(batches[2]);
    await again.close();
    expect(batches.map((batch) => batch.length)).toEqual([
      ...Array(5).fill(4 * 5 * 5 * 3),
      ...Array(5).fill(4 * 8 * 8 * 3),
    ]);
  });

  it('shows no image twice in an epoch, and another order in the next', async () => {
    const images = await TrainingImages.open(join(folder, 'images.rgb'), settings);
    const seen = async (step: number) => {
      const batch = await images.batch(step);
      return Array.from({ length: 4 }, (_, i) => batch[(i * batch.length) / 4]);
    };
    const epochs = [
      [...(await seen(0)), ...(await seen(1))],
      [...(await seen(2)), ...(await seen(3))],
    ];
    for (const epoch of epochs) expect(new Set(epoch).size).toBe(8);
    expect(epochs[1]).not.toEqual(epochs[0]);
    await images.close();
  });

  it('refuses a file that is too short', async () => {
    const images = await TrainingImages.open(join(folder, 'images.rgb'), settings);
    await expect(images.first(11)).rejects.toThrow('the file of images ends before image 10');
    await images.close();
  });
});

describe('cutImage', () => {
  it('lays a square in eight ways, of which no two are alike', () => {
    const image = numberedImages(1, 6);
    const all = Array.from({ length: 8 }, (_, turn) => {
      const target = new Uint8Array(4 * 4 * 3);
      cutImage({ image, width: 6 }, { top: 1, left: 2, size: 4, turn }, target);
      return target;
    });
    expect(new Set(all.map(String)).size).toBe(8);
    // The first pixel's row and column.
    expect(all.map(([, row, column]) => [row, column])).toEqual([
      [1, 2], [4, 2], [1, 5], [4, 5], [1, 2], [4, 2], [1, 5], [4, 5],
    ]); // prettier-ignore
    // Rows and columns exchanged: going right in the target goes down in the image.
    expect([...all[4]!.subarray(3, 6)]).toEqual([0, 2, 2]);
  });
});

describe('stageOf', () => {
  it('divides the steps by the shares', () => {
    const sizes = Array.from({ length: 10 }, (_, step) => stageOf(step, settings).size);
    expect(sizes).toEqual([5, 5, 5, 5, 5, 8, 8, 8, 8, 8]);
  });
});
