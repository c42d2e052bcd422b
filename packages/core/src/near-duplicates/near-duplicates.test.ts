import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { keyedRandom } from '../random/keyed-random.js';
import { similarPairs } from './hash-index.js';
import { clusterLookAlikes, findLookAlikes } from './look-alikes.js';
import { countBits, perceptualHash, type PerceptualHash } from './perceptual-hash.js';

const hammingDistance = (a: PerceptualHash, b: PerceptualHash) => countBits(a.high ^ b.high) + countBits(a.low ^ b.low);

describe('perceptualHash', () => {
  const { cases } = JSON.parse(
    readFileSync(new URL('../../test/golden/perceptual-hash.json', import.meta.url), 'utf8'),
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
  it('does not take pictures of one colour for alike, nor what cannot be read', () => {
    const flat = new Uint8Array(1024).fill(7);
    expect(findLookAlikes([flat, flat, undefined, undefined])).toEqual([]);
  });

  it('joins any number of copies by fewer pairs than there are copies', () => {
    // Frames of three cameras: each has one pixel of its own.
    const frame = (view: number, time: number) =>
      Uint8Array.from({ length: 1024 }, (_, i) => 128 + 90 * Math.sin((i * (view + 3)) / 97) + (i === time ? 9 : 0));
    const pairs = findLookAlikes(Array.from({ length: 600 }, (_, i) => frame(i % 3, i)));
    expect(pairs).toHaveLength(600 - 3);
    expect(clusterLookAlikes(pairs)).toEqual(
      [0, 1, 2].map((view) => Array.from({ length: 200 }, (_, i) => 3 * i + view)),
    );
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
