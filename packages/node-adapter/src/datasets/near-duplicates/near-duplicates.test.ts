import { readFileSync } from 'node:fs';
import { AbortedError, createDataset, keyedRandom, splitDataset, syntheticChestImage } from '@graft-ml/core';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { sharpImageSource } from '../../images/sharp-image-source.js';
import { groupByNearDuplicates } from './group-by-near-duplicates.js';
import { similarPairs } from './hash-index.js';
import { clusterLookAlikes, findLookAlikes } from './look-alikes.js';
import { countBits, perceptualHash, type PerceptualHash } from './perceptual-hash.js';
import { readThumbnails } from './read-thumbnails.js';
import { warnOfLeaks } from './warn-of-leaks.js';

const images = sharpImageSource();

const hammingDistance = (a: PerceptualHash, b: PerceptualHash) => countBits(a.high ^ b.high) + countBits(a.low ^ b.low);

function picture(index: number): Sharp {
  const { data, height, width } = syntheticChestImage({ label: 'clear', index, seed: 3, size: 160 });
  return sharp(data, { raw: { height, width, channels: 3 } });
}

const png = (index: number) => picture(index).png().toBuffer();

describe('perceptualHash', () => {
  const { cases } = JSON.parse(
    readFileSync(new URL('../../../test/golden/perceptual-hash.json', import.meta.url), 'utf8'),
  ) as { cases: { grey: string; hash: string }[] };

  it('is ImageHash’s pHash', () => {
    for (const { grey, hash } of cases) {
      const { high, low } = perceptualHash(Buffer.from(grey, 'base64'));
      expect(high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0')).toBe(hash);
    }
  });

  it('has bits that are counted right', () => {
    expect(hammingDistance({ high: 0, low: 0 }, { high: 0xffffffff, low: 0x80000001 })).toBe(34);
    expect(hammingDistance({ high: 5, low: 9 }, { high: 5, low: 9 })).toBe(0);
  });
});

describe('similarPairs', () => {
  it('finds exactly the pairs that comparing all with all finds', () => {
    const random = keyedRandom({ seed: 1, purpose: 'hashes' });
    const word = () => Math.floor(random.uniform() * 2 ** 32) >>> 0;
    const hashes: PerceptualHash[] = [];
    for (let i = 0; i < 400; i += 1) {
      const hash = { high: word(), low: word() };
      hashes.push(hash);
      // Neighbours at 0 to 14 bits: on both sides of the limit of 10.
      for (let flips = 0; flips < 15; flips += 7) {
        let { high, low } = hash;
        for (let bit = 0; bit < flips + (i % 5); bit += 1) {
          if (random.uniform() < 0.5) high = (high ^ (1 << Math.floor(random.uniform() * 32))) >>> 0;
          else low = (low ^ (1 << Math.floor(random.uniform() * 32))) >>> 0;
        }
        hashes.push({ high, low });
      }
    }
    const expected: string[] = [];
    for (const [second, hash] of hashes.entries()) {
      for (let first = 0; first < second; first += 1) {
        if (hammingDistance(hashes[first]!, hash) <= 10) expected.push(`${first}-${second}`);
      }
    }
    const found: string[] = [];
    similarPairs(hashes, (first, second) => found.push(`${first}-${second}`));
    expect(found.sort()).toEqual(expected.sort());
    expect(found.length).toBeGreaterThan(800);
  });

  it('looks through thirty thousand hashes in little time', () => {
    const random = keyedRandom({ seed: 2, purpose: 'hashes' });
    const word = () => Math.floor(random.uniform() * 2 ** 32) >>> 0;
    const hashes = Array.from({ length: 30_000 }, () => ({ high: word(), low: word() }));
    const begin = process.cpuUsage();
    similarPairs(hashes, () => undefined);
    const { user } = process.cpuUsage(begin);
    // Of one core, with other work beside it; all with all takes 450 million comparisons.
    expect(user / 1e6).toBeLessThan(15);
  });
});

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

  it('does not take pictures of one colour for alike, nor what cannot be read', () => {
    const flat = new Uint8Array(1024).fill(7);
    expect(findLookAlikes([flat, flat, undefined, undefined])).toEqual([]);
  });

  it('joins chains, and keeps the order of samples', () => {
    const pair = (first: number, second: number) => ({ first, second, similarity: 1 });
    expect(clusterLookAlikes([pair(4, 7), pair(1, 2), pair(2, 5), pair(0, 5)])).toEqual([
      [0, 1, 2, 5],
      [4, 7],
    ]);
    expect(clusterLookAlikes([])).toEqual([]);
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
