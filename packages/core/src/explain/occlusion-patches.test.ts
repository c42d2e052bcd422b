import { describe, expect, it } from 'vitest';
import { coverImage, occlude, occlusionMap, occlusionPatches } from './occlusion-patches.js';

const checkered = {
  height: 8,
  width: 12,
  data: Uint8Array.from(
    { length: 8 * 12 * 3 },
    (_, i) => ((Math.floor(i / 3) + Math.floor(i / 36)) % 2) * 200 + (i % 3),
  ),
};

describe('occlusion', () => {
  it('covers every pixel, the last patches ending at the border', () => {
    const patches = occlusionPatches({ inputSize: [8, 12], patchSize: 5, stride: 3 });
    expect(patches.map(({ top, left }) => `${top},${left}`)).toEqual([
      ...['0,0', '0,3', '0,6', '0,7'],
      ...['3,0', '3,3', '3,6', '3,7'],
    ]);
  });

  it('covers with the mean colour, with grey, or with the image out of focus', () => {
    const [mean, grey, blur] = (['mean', 'grey', 'blur'] as const).map((fill) => coverImage(checkered, fill, 4));
    expect([...mean!.data.subarray(0, 6)]).toEqual([100, 101, 102, 100, 101, 102]);
    expect(new Set(grey!.data)).toEqual(new Set([128]));
    // A pattern finer than the patch can no longer be seen.
    expect(Math.max(...blur!.data) - Math.min(...blur!.data)).toBeLessThan(12);
  });

  it('changes the patch alone', () => {
    const target = new Uint8Array(checkered.data.length);
    const cover = coverImage(checkered, 'grey', 2);
    occlude(checkered, cover, { patch: { top: 6, left: 10 }, patchSize: 2, target });
    const changed = [...target.entries()].filter(([i, value]) => value !== checkered.data[i]).map(([i]) => i);
    const expected = [6, 7].flatMap((y) => [10, 11].flatMap((x) => [0, 1, 2].map((c) => (y * 12 + x) * 3 + c)));
    expect(changed).toEqual(expected);
  });

  it('gives each cell the mean over the patches that cover it', () => {
    const grid = { inputSize: [4, 8], patchSize: 4, stride: 2 } as const;
    // Patches begin at 0, 2 and 4.
    const { height, width, values } = occlusionMap([1, 0, 0.5], grid);
    expect([height, width]).toEqual([2, 4]);
    expect([...values.subarray(0, 4)]).toEqual([1, 0.5, 0.25, 0.5]);
    expect([...values.subarray(4)]).toEqual([...values.subarray(0, 4)]);
  });
});
