import { ImageError, type ImageSource } from '@graft-ml/core';
import { describe, expect, it } from 'vitest';
import { findDuplicates, type DuplicateSearch } from './duplicates.js';

/** Images whose pixels are their texts; `gone` cannot be read. */
function search(pixels: readonly string[], settings: Partial<DuplicateSearch> = {}) {
  const decoded: string[] = [];
  const images: Pick<ImageSource, 'read' | 'decode'> = {
    read: async (source) => {
      if (pixels[Number(source)] === 'gone') throw new ImageError(`${String(source)} is gone`);
      return Buffer.from(String(source));
    },
    decode: async (bytes) => {
      decoded.push(Buffer.from(bytes).toString());
      const data = Buffer.from(pixels[Number(Buffer.from(bytes).toString())] ?? '');
      return { height: 1, width: data.length, data };
    },
  };
  const samples = pixels.map((_, place) => ({ id: `${place}`, source: `${place}`, label: 'a' }));
  const facts = { format: 'PNG', colorMode: 'grey', height: 10, width: 10 };
  const files = pixels.map((_, place) => ({ digest: `digest ${place}`, bytes: 1, facts }));
  const lookAlikes = pixels.slice(1).map((_, i) => ({ first: i, second: i + 1, similarity: 0.98 + i / 1e6 }));
  const options = { files, lookAlikes, images: images as ImageSource, ...settings };
  return { decoded, found: findDuplicates({ classNames: ['a'], samples }, options) };
}

describe('findDuplicates', () => {
  it('decodes each look-alike once, however many there are', async () => {
    const { decoded, found } = search(Array.from({ length: 200 }, (_, i) => (i % 2 ? 'one' : 'two')));
    const { exact, near } = await found;
    expect(decoded).toHaveLength(200);
    expect(exact.map(({ paths, same }) => [paths.length, paths[1], same])).toEqual([
      [100, '2', 'pixels'],
      [100, '3', 'pixels'],
    ]);
    expect(near.map(({ paths, similarity }) => [paths.length, similarity])).toEqual([[200, 0.98]]);
  });

  it('takes an image that can no longer be read, or of unknown size, for no copy', async () => {
    expect((await search(['one', 'gone', 'one']).found).exact.map(({ paths }) => paths)).toEqual([['0', '2']]);
    const facts = { format: 'unknown', colorMode: 'unknown', height: 0, width: 0 };
    const files = [0, 1].map((place) => ({ digest: `digest ${place}`, bytes: 1, facts }));
    const { decoded, found } = search(['one', 'one'], { files });
    expect((await found).exact).toEqual([]);
    expect(decoded).toEqual([]);
  });

  it('decodes nothing to know equal files', async () => {
    const facts = { format: 'PNG', colorMode: 'grey', height: 10, width: 10 };
    const files = [0, 1].map(() => ({ digest: 'the same', bytes: 1, facts }));
    const { decoded, found } = search(['one', 'one'], { files, lookAlikes: [] });
    expect(await found).toMatchObject({ exact: [{ paths: ['0', '1'], same: 'bytes' }], near: [] });
    expect(decoded).toEqual([]);
  });

  it('ends once it is aborted', async () => {
    await expect(search(['one', 'two'], { signal: AbortSignal.abort() }).found).rejects.toMatchObject({
      code: 'ABORTED',
    });
  });
});
