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
    ['clear', '93d799494052f1e581b18357779dbf6c9b6d4b2119e07889f9538592c5086714'],
    ['consolidation', '1a1570e7b145a9023c69ea25c209dc04652f06398171f97e639655bb2e1a81e5'],
    ['ground-glass', '4fdf7e832aa027ff6ef7efb018623cf601878d836cfbedb2a916253d80782e3c'],
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
