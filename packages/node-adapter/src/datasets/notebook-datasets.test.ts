import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DatasetError } from '@graft-ml/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildCovidDataset } from './build-covid-dataset.js';
import { sampleImages } from './sample-images.js';

let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'graft-notebook-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const HEADER = 'patientid,finding,view,filename,notes';

async function makeClone(rows: readonly string[], images: readonly string[], header = HEADER): Promise<string> {
  const clone = join(root, 'clone');
  await mkdir(join(clone, 'images'), { recursive: true });
  await writeFile(join(clone, 'metadata.csv'), [header, ...rows, ''].join('\r\n'));
  for (const image of images) await writeFile(join(clone, 'images', image), `pixels of ${image}`);
  return clone;
}

describe('buildCovidDataset', () => {
  it('copies the matching rows’ images, numbered by row, and lists the missing ones', async () => {
    const clone = await makeClone(
      [
        '1,COVID-19,PA,a.jpg,"notes, with ""quotes""\nand a second line"',
        '2,COVID-19,AP,b.jpg,',
        '3,SARS,PA,c.jpg,',
        '4,COVID-19,PA,gone.png,',
        '5,"COVID-19, ARDS",PA,e.jpg,',
        '6,COVID-19,PA,d.jpeg,,one column more',
      ],
      ['a.jpg', 'b.jpg', 'c.jpg', 'd.jpeg', 'e.jpg'],
      `\uFEFF${HEADER}`,
    );
    const out = join(root, 'dataset', 'covid');
    const result = await buildCovidDataset({ clone, out });
    expect(result).toEqual({
      copied: [join(out, 'covid19_0.jpg'), join(out, 'covid19_2.jpeg')],
      missing: ['gone.png'],
    });
    expect((await readdir(out)).sort()).toEqual(['covid19_0.jpg', 'covid19_2.jpeg']);
    expect(await readFile(join(out, 'covid19_2.jpeg'), 'utf8')).toBe('pixels of d.jpeg');
  });

  it('takes another finding and view', async () => {
    const clone = await makeClone(['1,SARS,AP,a.jpg,', '2,COVID-19,PA,a.jpg,'], ['a.jpg']);
    const result = await buildCovidDataset({ clone, out: join(root, 'out'), finding: 'SARS', view: 'AP' });
    expect(result.copied).toHaveLength(1);
  });

  it.each(['../secret.jpg', '/etc/passwd', '..\\secret.jpg', '..', '', 'a/../../b.jpg', 'a.j pg'])(
    'refuses the file name %j, and copies nothing',
    async (name) => {
      const clone = await makeClone(['1,COVID-19,PA,a.jpg,', `2,COVID-19,PA,"${name}",`], ['a.jpg']);
      const out = join(root, 'out');
      await expect(buildCovidDataset({ clone, out })).rejects.toThrow(DatasetError);
      expect(existsSync(out)).toBe(false);
    },
  );

  it('refuses an image that is a link out of the clone', async () => {
    const clone = await makeClone(['1,COVID-19,PA,a.jpg,'], []);
    await writeFile(join(root, 'secret'), 'secret');
    await symlink(join(root, 'secret'), join(clone, 'images', 'a.jpg'));
    await expect(buildCovidDataset({ clone, out: join(root, 'out') })).rejects.toThrow(/outside of images/);
  });

  it('names missing metadata, missing columns and broken CSV', async () => {
    const out = join(root, 'out');
    await expect(buildCovidDataset({ clone: join(root, 'no'), out })).rejects.toThrow(/metadata\.csv cannot be read/);
    const clone = await makeClone(['1,2'], [], 'a,finding');
    await expect(buildCovidDataset({ clone, out })).rejects.toThrow(
      /lacks the columns "view", "filename"; it has "a", "finding"/,
    );
    await writeFile(join(clone, 'metadata.csv'), 'finding,view,filename\n"never closed');
    await expect(buildCovidDataset({ clone, out })).rejects.toThrow(/no valid CSV/);
  });

  const shared = resolve(import.meta.dirname, '../../../..', process.env['GRAFT_SHARED'] ?? '../shared');
  const metadata = join(shared, 'data', 'covid-chestxray-metadata.csv');
  it.skipIf(!existsSync(metadata))(
    'finds 97 rows of covid PA in the public metadata (skipped where GRAFT_SHARED has no copy of it)',
    async () => {
      const clone = join(root, 'real');
      await mkdir(join(clone, 'images'), { recursive: true });
      await copyFile(metadata, join(clone, 'metadata.csv'));
      const { copied, missing } = await buildCovidDataset({ clone, out: join(root, 'out') });
      expect([copied.length, missing.length]).toEqual([0, 97]);
    },
  );
});

describe('sampleImages', () => {
  const names = Array.from({ length: 10 }, (_, i) => `${i}.jpg`);

  async function makeFolder(): Promise<string> {
    const directory = join(root, 'normal');
    await mkdir(directory);
    for (const name of [...names, '.DS_Store']) await writeFile(join(directory, name), name);
    return directory;
  }

  it('draws what Python’s random.seed(42) and random.shuffle put first', async () => {
    const out = join(root, 'out');
    const { copied } = await sampleImages({ directory: await makeFolder(), out, count: 4, label: 'normal' });
    expect(copied).toEqual([0, 1, 2, 3].map((i) => join(out, `kaggle_normal_${i}.jpg`)));
    // Python 3: l = list(range(10)); random.seed(42); random.shuffle(l) gives 7, 3, 2, 8, 5, 6, 9, 4, 0, 1.
    expect(await Promise.all(copied.map((path) => readFile(path, 'utf8')))).toEqual([
      '7.jpg',
      '3.jpg',
      '2.jpg',
      '8.jpg',
    ]);
    expect(await readdir(out)).toHaveLength(4);
  });

  it('refuses more than there are, and bad arguments', async () => {
    const directory = await makeFolder();
    const out = join(root, 'out');
    await expect(sampleImages({ directory, out, count: 11, label: 'n' })).rejects.toThrow(
      /holds 10 images, asked for 11/,
    );
    await expect(sampleImages({ directory, out, count: 0, label: 'n' })).rejects.toThrow(RangeError);
    await expect(sampleImages({ directory, out, count: 1, label: '../n' })).rejects.toThrow(RangeError);
    await expect(sampleImages({ directory: join(root, 'no'), out, count: 1, label: 'n' })).rejects.toThrow(
      /no such file/,
    );
  });
});
