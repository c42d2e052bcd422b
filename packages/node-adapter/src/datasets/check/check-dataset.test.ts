import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { syntheticChestImage } from '@graft-ml/core/synthetic';
import sharp, { type Sharp } from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { sharpImageSource } from '../../images/sharp-image-source.js';
import { loadImageFolder } from '../load-image-folder.js';
import { writeCollages } from '../write-collages.js';
import { checkDataset } from './check-dataset.js';
import { formatCheck } from './format-check.js';
import { findShortcuts } from './shortcuts.js';

const root = await mkdtemp(join(tmpdir(), 'graft-check-'));
afterAll(() => rm(root, { recursive: true, force: true }));
const images = sharpImageSource();

function picture(index: number): Sharp {
  const { data, height, width } = syntheticChestImage({ label: 'clear', index, seed: 9, size: 96 });
  return sharp(data, { raw: { height, width, channels: 3 } });
}

async function put(path: string, bytes: Buffer | string): Promise<string> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), bytes);
  return join(root, path);
}

describe('checkDataset', () => {
  it('finds what is unreadable, what is there twice, and what looks alike, also across classes', async () => {
    const first = await picture(0).png().toBuffer();
    const a = await put('set/a/one.png', first);
    const copy = await put('set/b/copy.png', first);
    const repacked = await put('set/a/repacked.png', await picture(0).png({ compressionLevel: 1 }).toBuffer());
    const two = await put('set/a/two.png', await picture(1).toColourspace('b-w').png().toBuffer());
    const twin = await put('set/a/twin.jpg', await picture(1).resize(80, 80).jpeg({ quality: 70 }).toBuffer());
    const three = await put('set/a/three.png', await picture(2).png().toBuffer());
    const foe = await put('set/b/three.jpg', await picture(2).jpeg({ quality: 60 }).toBuffer());
    const empty = await put('set/b/empty.png', '');
    const text = await put('set/b/notes.txt', 'no image');
    const check = await checkDataset(await loadImageFolder(join(root, 'set')), { images });
    expect(check.unreadable.map(({ path }) => path)).toEqual([empty, text]);
    expect(check.unreadable[0]?.reason).toMatch(/is empty \(0 bytes\)/);
    expect(check.exactDuplicates).toEqual([
      { paths: [a, repacked, copy], labels: ['a', 'a', 'b'], acrossClasses: true, same: 'pixels' },
    ]);
    expect(check.nearDuplicates.map(({ paths, acrossClasses }) => [paths, acrossClasses])).toEqual([
      [[three, foe], true],
      [[twin, two], false],
    ]);
    expect(check.classes[0]).toMatchObject({
      name: 'a',
      images: 5,
      formats: { PNG: 4, JPEG: 1 },
      colorModes: { RGB: 4, grey: 1 },
      sizes: { smallest: [80, 80], largest: [96, 96], different: 2 },
    });
    expect([check.images, check.problems, check.warnings]).toEqual([9, 4, 1]);
    const shown = formatCheck(check, join(root, 'set'));
    expect(shown).toMatch(/^9 images in 2 classes\n\nclass +images +formats +colour +height × width\n/);
    expect(shown).toContain('a/one.png [a]  =  a/repacked.png [a]  =  b/copy.png [b]  (same pixels)');
    expect(shown).toMatch(/4 problems, 1 warning$/);
    expect(await checkDataset(await loadImageFolder(join(root, 'set')), { images })).toEqual(check);
  });
});

describe('findShortcuts', () => {
  const sample = (label: string, format: string, size = '10×10') => ({
    label,
    attributes: { format, colorMode: 'RGB', size },
  });

  it('finds a class whose files are of one kind, and what the kind alone tells', () => {
    const samples = [
      ...Array.from({ length: 20 }, () => sample('covid', 'PNG')),
      ...Array.from({ length: 20 }, (_, i) => sample('normal', i === 0 ? 'PNG' : 'JPEG')),
    ];
    expect(findShortcuts(samples)).toEqual([
      {
        attribute: 'format',
        accuracy: 39 / 40,
        chance: 0.5,
        uniform: [
          { label: 'covid', value: 'PNG', share: 1, elsewhere: 0.05 },
          { label: 'normal', value: 'JPEG', share: 0.95, elsewhere: 0 },
        ],
      },
    ]);
  });

  it('takes neither equal classes nor a size for each image for a shortcut', () => {
    const equal = Array.from({ length: 40 }, (_, i) => sample(i % 2 ? 'a' : 'b', i % 3 ? 'PNG' : 'JPEG', `${i}×1`));
    expect(findShortcuts(equal)).toEqual([]);
    expect(findShortcuts([sample('a', 'PNG'), sample('b', 'JPEG')])).toEqual([]);
  });
});

describe('writeCollages', () => {
  it('draws each class into a grid, leaves out what cannot be read, and names it', async () => {
    for (let i = 0; i < 7; i += 1) await put(`montage/x/${i}.png`, await picture(i).resize(60, 30).png().toBuffer());
    await put('montage/y/0.png', await picture(9).png().toBuffer());
    const broken = await put('montage/y/1.png', 'no image');
    const out = join(root, 'out');
    const dataset = await loadImageFolder(join(root, 'montage'));
    const { collages, skipped } = await writeCollages(dataset, { out, images, tileSize: 20, count: 4 });
    expect(collages.map(({ label, images: drawn }) => [label, drawn])).toEqual([
      ['x', 4],
      ['y', 1],
    ]);
    expect(skipped.map(({ path }) => path)).toEqual([broken]);
    expect((await readdir(out)).sort()).toEqual(['x.png', 'y.png']);
    const { data, info } = await sharp(join(out, 'x.png')).raw().toBuffer({ resolveWithObject: true });
    // Four pictures in rows of three; each 20×20, with 4 pixels between and around.
    expect([info.width, info.height]).toEqual([76, 52]);
    const at = (y: number, x: number) => data[(y * info.width + x) * info.channels];
    expect([at(0, 0), at(5, 10), at(14, 14)! > 0, at(40, 40)]).toEqual([32, 0, true, 32]);
  });

  it('refuses sizes out of range, and a class that cannot name a file', async () => {
    const dataset = await loadImageFolder(join(root, 'montage'));
    await expect(writeCollages(dataset, { out: root, images, tileSize: 2 })).rejects.toThrow(RangeError);
    await expect(writeCollages(dataset, { out: root, images, count: 0 })).rejects.toThrow(RangeError);
    const odd = { ...dataset, classNames: ['a/b', 'x'] };
    await expect(writeCollages(odd, { out: root, images })).rejects.toThrow(/class "a\/b" cannot name a file/);
  });
});
