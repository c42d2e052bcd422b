import { AbortedError, createDataset, splitDataset } from '@graft-ml/core';
import { syntheticChestImage } from '@graft-ml/core/synthetic';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { sharpImageSource } from '../../images/sharp-image-source.js';
import { groupByNearDuplicates } from './group-by-near-duplicates.js';
import { readThumbnails } from './read-thumbnails.js';
import { warnOfLeaks } from './warn-of-leaks.js';

const images = sharpImageSource();

function picture(index: number): Sharp {
  const { data, height, width } = syntheticChestImage({ label: 'clear', index, seed: 3, size: 160 });
  return sharp(data, { raw: { height, width, channels: 3 } });
}

const png = (index: number) => picture(index).png().toBuffer();

describe('findLookAlikes', () => {
  it('finds copies that were resized, recompressed, brightened or cut a little, and nothing else', async () => {
    const copies: readonly (readonly [string, Buffer])[] = [
      ['itself', await png(0)],
      ['smaller', await picture(0).resize(90, 90).png().toBuffer()],
      ['stretched', await picture(0).resize(120, 80, { fit: 'fill' }).png().toBuffer()],
      ['recompressed', await picture(0).jpeg({ quality: 40 }).toBuffer()],
      ['darker', await picture(0).linear(0.7).png().toBuffer()],
      ['cut', await picture(0).extract({ left: 1, top: 1, width: 158, height: 158 }).png().toBuffer()],
    ];
    const others = await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(png));
    const dataset = createDataset([
      ...copies.map(([id, source]) => ({ id, source, label: 'a' })),
      ...others.map((source, i) => ({ id: `other-${i}`, source, label: 'b' })),
    ]);
    const grouped = await groupByNearDuplicates(dataset, { images });
    expect(grouped.samples.map(({ id, group }) => `${id}: ${group ?? 'alone'}`)).toEqual([
      ...copies.map(([id]) => `${id}: itself`),
      ...others.map((_, i) => `other-${i}: alone`),
    ]);
  });
});

describe('readThumbnails', () => {
  it('leaves out what cannot be read, reports progress, and ends once it is aborted', async () => {
    const dataset = createDataset([
      { source: await png(0), label: 'a' },
      { source: Buffer.from('no image'), label: 'a' },
    ]);
    const steps: number[] = [];
    const thumbnails = await readThumbnails(dataset.samples, { images, onProgress: ({ done }) => steps.push(done) });
    expect(thumbnails.map((thumbnail) => thumbnail?.length)).toEqual([1024, undefined]);
    expect(steps).toEqual([1, 2]);
    const signal = AbortSignal.abort();
    await expect(readThumbnails(dataset.samples, { images, signal })).rejects.toThrow(AbortedError);
  });
});

describe('warnOfLeaks', () => {
  it('names look-alikes on two sides, and is silent where groups keep them together', async () => {
    const sources = await Promise.all([0, 1, 2, 3, 4, 5].map(png));
    const twins = await Promise.all([0, 1, 2, 3, 4, 5].map((i) => picture(i).jpeg().toBuffer()));
    const dataset = createDataset([
      ...sources.map((source, i) => ({ id: `${i}.png`, source, label: i % 2 ? 'a' : 'b' })),
      ...twins.map((source, i) => ({ id: `${i}.jpg`, source, label: i % 2 ? 'a' : 'b' })),
    ]);
    const warnings: string[] = [];
    const onWarning = (message: string) => warnings.push(message);
    await warnOfLeaks(splitDataset(dataset, { testSize: 0.5, seed: 1 }), { images, onWarning });
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(
      /^near duplicates stand on two sides of the split: \d\.(png|jpg) \((train|test)\) and \d\./,
    );
    const grouped = await groupByNearDuplicates(dataset, { images });
    const split = splitDataset(grouped, { testSize: 0.5, seed: 1 });
    const sideOf = new Map(
      [split.train, split.test].flatMap((side) => side.samples.map(({ id }) => [id, side] as const)),
    );
    for (let i = 0; i < 6; i += 1) expect(sideOf.get(`${i}.png`)).toBe(sideOf.get(`${i}.jpg`));
    await warnOfLeaks(split, { images, onWarning });
    expect(warnings).toHaveLength(1);
  });
});
