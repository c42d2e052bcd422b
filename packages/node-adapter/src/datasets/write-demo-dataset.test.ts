import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SYNTHETIC_FINDINGS, syntheticChestImage } from '@graft-ml/core/synthetic';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sharpImageSource } from '../images/sharp-image-source.js';
import { loadImageFolder } from './load-image-folder.js';
import { writeDemoDataset } from './write-demo-dataset.js';

let out = '';
beforeEach(async () => {
  out = await mkdtemp(join(tmpdir(), 'graft-demo-'));
});
afterEach(() => rm(out, { recursive: true, force: true }));

describe('writeDemoDataset', () => {
  it('writes a data set that loads, with exactly the pixels drawn', async () => {
    const result = await writeDemoDataset(join(out, 'a', 'b'), { seed: 5, count: 3, size: 40 });
    expect(result).toEqual({ classNames: [...SYNTHETIC_FINDINGS], images: 9 });
    const dataset = await loadImageFolder(join(out, 'a', 'b'));
    expect(dataset.classNames).toEqual([...SYNTHETIC_FINDINGS]);
    expect(dataset.samples.map((sample) => sample.id)).toContain('ground-glass/ground-glass_2.png');
    const source = sharpImageSource();
    for (const [i, sample] of dataset.samples.entries()) {
      const drawn = syntheticChestImage({
        label: SYNTHETIC_FINDINGS[Math.floor(i / 3)]!,
        index: i % 3,
        seed: 5,
        size: 40,
      });
      const bytes = await source.read(sample.source);
      expect(await source.decode(bytes, { size: [40, 40], interpolation: 'antialias' })).toEqual(drawn);
    }
  });

  it('leaves nothing but the images behind, also when it writes a second time', async () => {
    await writeDemoDataset(out, { count: 1, size: 16 });
    await writeDemoDataset(out, { count: 1, size: 16 });
    expect((await readdir(out, { recursive: true })).sort()).toHaveLength(6);
  });

  it('refuses a count out of range', async () => {
    for (const count of [0, 1.5]) await expect(writeDemoDataset(out, { count })).rejects.toThrow(RangeError);
  });
});
