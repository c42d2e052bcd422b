import { describe, expect, it } from 'vitest';
import { flip } from '../augmentation/flip.js';
import { testTimeViews } from './test-time-views.js';

const keys = async (...args: Parameters<typeof testTimeViews>) =>
  (await testTimeViews(...args)).map(({ views }) => views.map(({ key }) => key));

describe('testTimeViews', () => {
  const images = [{ source: 'a.png' }, { source: 'b.png' }];

  it('are the image itself, then so many drawn ones', async () => {
    const [first] = await keys(images, { tta: 4, seed: 1 });
    expect(first).toHaveLength(4);
    expect(first?.[0]).toBe('');
    expect(first?.[1]).toMatch(/flip\(horizontal=true.*rotation\(degrees=10/);
  });

  it('are the same for the same seed and image, whatever stands beside it', async () => {
    const [a, b] = await keys(images, { tta: 5, seed: 1 });
    expect(await keys([{ source: 'b.png' }], { tta: 5, seed: 1 })).toEqual([b]);
    expect(a).not.toEqual(b);
    expect(await keys(images, { tta: 5, seed: 2 })).not.toEqual([a, b]);
    expect((await keys(images, { tta: 3, seed: 1 }))[0]).toEqual(a?.slice(0, 3));
  });

  it("are keyed by a sample's id, or its file's name wherever it lies, and of encoded images by their bytes", async () => {
    const options = { tta: 3, seed: 1 };
    const named = await keys([{ source: 'a.png' }], options);
    expect(await keys([{ source: '/x/b.png', id: 'a.png' }], options)).toEqual(named);
    expect(await keys([{ source: '/elsewhere/a.png' }, { source: new URL('file:///y/a.png') }], options)).toEqual([
      ...named,
      ...named,
    ]);
    const bytes = (value: number) => ({ source: Uint8Array.of(value, 2, 3) });
    expect(await keys([bytes(1)], options)).toEqual(await keys([bytes(1)], options));
    expect(await keys([bytes(1)], options)).not.toEqual(await keys([bytes(2)], options));
  });

  it('refuse a number of views that is none, and an augmentation that nothing would use', async () => {
    await expect(testTimeViews(images, { tta: 0, seed: 1 })).rejects.toThrow('tta is 0');
    await expect(testTimeViews(images, { tta: 2.5, seed: 1 })).rejects.toThrow(RangeError);
    const augmentation = [flip({ horizontal: true })];
    await expect(testTimeViews(images, { augmentation, seed: 1 })).rejects.toThrow('one view only');
  });
});
