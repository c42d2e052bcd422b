import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { RgbImage } from '../image.js';
import { SYNTHETIC_FINDINGS, type SyntheticFinding } from './chest-lesions.js';
import { syntheticChestImage } from './synthetic-chest-image.js';

const sha256 = (image: RgbImage) => createHash('sha256').update(image.data).digest('hex');

describe('syntheticChestImage', () => {
  // No other implementation can give these: they guard that every machine draws the same pixels. A change to the
  // drawing changes them; a change of machine, engine or operating system must not.
  it.each([
    ['clear', '32bd7235d149f88b2934904f630104744e7701f847500ea9a26a6d719ac19e96'],
    ['consolidation', '4d7e8795e49587155ee2ff61a418735a35c8a9d663563f46036661161bebcca0'],
    ['ground-glass', '59f5e9285b03887201b50b3f72f9b1228c0670101d62dc370deef70edcb7291f'],
  ] as const)('draws the same pixels of %s on every machine', (label, hash) => {
    expect(sha256(syntheticChestImage({ label, index: 3, seed: 42, size: 96 }))).toBe(hash);
  });

  it('draws a grey image of the asked size, dark and bright', () => {
    const image = syntheticChestImage({ label: 'clear', index: 0, seed: 1 });
    expect([image.height, image.width, image.data.length]).toEqual([224, 224, 224 * 224 * 3]);
    for (let i = 0; i < image.data.length; i += 3) {
      if (image.data[i] !== image.data[i + 1] || image.data[i] !== image.data[i + 2]) expect.fail(`colour at ${i}`);
    }
    expect(Math.min(...image.data.filter((_, i) => i % 3 === 0))).toBeLessThan(60);
    expect(Math.max(...image.data.filter((_, i) => i % 3 === 0))).toBeGreaterThan(150);
    expect(syntheticChestImage({ label: 'clear', index: 0, seed: 1, size: 63 }).data).toHaveLength(63 * 63 * 3);
  });

  it('draws another image for another label, index or seed', () => {
    const hashes = SYNTHETIC_FINDINGS.flatMap((label) =>
      [0, 1].flatMap((index) => [1, 2].map((seed) => sha256(syntheticChestImage({ label, index, seed, size: 32 })))),
    );
    expect(new Set(hashes).size).toBe(12);
  });

  it('refuses an unknown label, and an index or size out of range', () => {
    const good = { label: 'clear', index: 0, seed: 1 } as const;
    expect(() => syntheticChestImage({ ...good, label: 'sick' as SyntheticFinding })).toThrow(
      /"sick"; pass one of "clear"/,
    );
    for (const index of [-1, 0.5]) expect(() => syntheticChestImage({ ...good, index })).toThrow(RangeError);
    for (const size of [15, 32.5]) expect(() => syntheticChestImage({ ...good, size })).toThrow(RangeError);
    expect(() => syntheticChestImage({ ...good, seed: Number.NaN })).toThrow(RangeError);
  });
});
