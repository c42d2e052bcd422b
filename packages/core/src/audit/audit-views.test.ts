import { describe, expect, it } from 'vitest';
import { borderView, shuffledPatchesView } from './audit-views.js';

const image = (height: number, width: number) => ({
  height,
  width,
  data: Uint8Array.from({ length: height * width * 3 }, (_, i) => 1 + (i % 251)),
});

describe('borderView', () => {
  it('blacks out the middle 70 % of height and width, and nothing else', () => {
    const plain = image(20, 40);
    const { data } = borderView.apply(plain);
    for (let y = 0; y < 20; y++) {
      for (let x = 0; x < 40; x++) {
        const hidden = y >= 3 && y < 17 && x >= 6 && x < 34;
        const at = (y * 40 + x) * 3;
        expect([...data.subarray(at, at + 3)]).toEqual(hidden ? [0, 0, 0] : [...plain.data.subarray(at, at + 3)]);
      }
    }
    expect(plain.data.includes(0)).toBe(false);
  });
});

describe('shuffledPatchesView', () => {
  it('moves whole patches, and keeps every pixel', () => {
    const plain = image(23, 30);
    const view = shuffledPatchesView({ seed: 1, sample: 'a' });
    const { data } = view.apply(plain);
    expect(data).not.toEqual(plain.data);
    expect(Uint8Array.from(data).sort()).toEqual(Uint8Array.from(plain.data).sort());
    // Two rows and two columns do not fill a patch of 3 × 4.
    for (const y of [21, 22])
      expect(data.subarray(y * 90, y * 90 + 90)).toEqual(plain.data.subarray(y * 90, y * 90 + 90));
  });

  it('has an order of its own for each sample, the same every time', () => {
    const key = (sample: string, seed = 1) => shuffledPatchesView({ seed, sample }).key;
    expect(key('a')).toBe(key('a'));
    expect(new Set([key('a'), key('b'), key('a', 2)]).size).toBe(3);
  });
});
