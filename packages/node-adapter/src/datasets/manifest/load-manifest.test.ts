import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AbortedError, DatasetError } from '@graft-ml/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadCovidMetadata } from '../load-covid-metadata.js';
import { loadManifest, type LoadManifestOptions } from './load-manifest.js';

let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'graft-manifest-'));
  for (const name of ['a.png', 'b.png', 'deep/er/c.png', 'd, "odd" 名.png']) await put(name);
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function put(path: string, content = path): Promise<string> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), content);
  return join(root, path);
}

async function load(text: string, options: LoadManifestOptions & { name?: string } = {}) {
  return loadManifest(await put(options.name ?? 'rows.csv', text), options);
}

const summary = ({ samples }: Awaited<ReturnType<typeof loadManifest>>) =>
  samples.map(({ id, label, group, split, weight }) => [id, label, group, split, weight]);

describe('loadManifest reads', () => {
  it('rows in their order, with group, split and weight where they are given', async () => {
    const dataset = await load(
      'path,label,group,split,weight,notes\nb.png,y,p1,test,2.5,x\na.png,x,,,,\ndeep/er/c.png,x,p1,train,1,\n',
    );
    expect(dataset.classNames).toEqual(['x', 'y']);
    expect(summary(dataset)).toEqual([
      ['b.png', 'y', 'p1', 'test', 2.5],
      ['a.png', 'x', undefined, undefined, undefined],
      ['deep/er/c.png', 'x', 'p1', 'train', 1],
    ]);
    expect(dataset.samples[2]?.source).toBe(join(root, 'deep', 'er', 'c.png'));
    expect(dataset.skipped).toEqual([]);
  });

  it.each([
    ['a byte-order mark and CRLF', '\uFEFFpath,label\r\na.png,x\r\nb.png,y\r\n'],
    ['quotes around everything', '"path","label"\n"a.png","x"\n"b.png","y"\n'],
    ['no line end at the end, and empty lines', 'path,label\n\na.png,x\n\n\nb.png,y'],
    ['columns in another order', 'label,other,path\nx,1,a.png\ny,2,b.png\n'],
    ['dots and double slashes in paths', 'path,label\n./a.png,x\ndeep//../b.png,y\n'],
  ])('a CSV with %s', async (_, text) => {
    expect(summary(await load(text)).map(([id, label]) => [id, label])).toEqual([
      ['a.png', 'x'],
      ['b.png', 'y'],
    ]);
  });

  it('quoted commas, quotes, line breaks and any letters', async () => {
    const dataset = await load('path,label\n"d, ""odd"" 名.png","two\nlines"\na.png,größe\n');
    expect(summary(dataset).map(([id, label]) => [id, label])).toEqual([
      ['d, "odd" 名.png', 'two\nlines'],
      ['a.png', 'größe'],
    ]);
  });

  it('rows that end in LF, CR LF and CR, also in one file', async () => {
    const rows = ['path,label', 'a.png,x', 'b.png,y', 'deep/er/c.png,x'];
    for (const ends of [
      ['\n', '\r\n', '\n'],
      ['\r\n', '\n', '\n'],
      ['\r', '\r', '\r'],
    ]) {
      const dataset = await load(rows.map((row, index) => row + (ends[index] ?? '')).join(''));
      expect(summary(dataset).map(([id, label]) => [id, label])).toEqual([
        ['a.png', 'x'],
        ['b.png', 'y'],
        ['deep/er/c.png', 'x'],
      ]);
    }
  });

  it('TSV and JSON, with or without a byte-order mark', async () => {
    const tsv = await load('path\tlabel\na.png\tx\nb.png\ty\n', { name: 'rows.tsv' });
    const rows = [
      { path: 'a.png', label: 'x', group: 7 },
      { weight: 2, path: 'b.png', label: 'y', group: null },
    ];
    const json = await load(`\uFEFF${JSON.stringify(rows)}`, { name: 'rows.json' });
    expect(summary(tsv).map(([id]) => id)).toEqual(['a.png', 'b.png']);
    expect(summary(json)).toEqual([
      ['a.png', 'x', '7', undefined, undefined],
      ['b.png', 'y', undefined, undefined, 2],
    ]);
  });

  it('other columns, filtered rows, and another root', async () => {
    const text = 'file,finding,patient,view\nc.png,x,1,PA\nc.png,y,2,L\ngone.png,z,3,AP\n';
    const columns = { path: 'file', label: 'finding', group: 'patient' };
    const dataset = await load(text, { columns, where: { view: ['PA', 'lateral'] }, root: join(root, 'deep', 'er') });
    expect(summary(dataset)).toEqual([['c.png', 'x', '1', undefined, undefined]]);
    expect(dataset.skipped).toEqual([]);
  });

  it('a split whose names a spreadsheet would run, without the apostrophes that keep it from it', async () => {
    await put('=cmd.png');
    await put("'=own.png");
    const header = 'path,label,group,split,fingerprint';
    const split = await load(`${header}\n'=cmd.png,'@x,'+p,train,f\n''=own.png,y,,test,f\n`);
    expect(summary(split).map((row) => row.slice(0, 3))).toEqual([
      ['=cmd.png', '@x', '+p'],
      ["'=own.png", 'y', undefined],
    ]);
    // Elsewhere an apostrophe is part of the name.
    const plain = await load(`path,label\n'=own.png,'@x\na.png,y\n`);
    expect(summary(plain)[0]?.slice(0, 2)).toEqual(["'=own.png", "'@x"]);
  });

  it('addresses, and absolute paths below the root', async () => {
    const dataset = await load(`path,label\nhttps://example.org/a%20b.jpg,x\n${join(root, 'a.png')},y\n`);
    expect(dataset.samples[0]?.source).toEqual(new URL('https://example.org/a%20b.jpg'));
    expect(dataset.samples[1]?.id).toBe('a.png');
  });
});

describe('loadManifest lists what it skips', () => {
  it('absent files, folders, links that lead out, repeated rows, rows without path or label', async () => {
    await symlink('/etc/hostname', join(root, 'out.png'));
    await symlink(join(root, 'a.png'), join(root, 'in.png'));
    await symlink('/etc', join(root, 'folder-out'));
    const dataset = await load(
      'path,label\na.png,x\nb.png,y\ngone.png,x\ndeep,x\nout.png,x\nin.png,y\nfolder-out/hostname,x\n' +
        'a.png,x\n./a.png,x\n,x\nb.png,\nno\\such.png,y\n',
    );
    expect(summary(dataset).map(([id]) => id)).toEqual(['a.png', 'b.png', 'in.png']);
    const reasons = dataset.skipped?.map(({ path, reason }) => `${path.replace(`${root}/`, '')}: ${reason}`).sort();
    const file = join(root, 'rows.csv');
    expect(reasons).toEqual(
      [
        'gone.png: there is no such file',
        'deep: it is a folder, expected an image file',
        'out.png: it is a link to a place outside of the root',
        'folder-out/hostname: it is a link to a place outside of the root',
        `a.png: row 9 of ${file} repeats row 2`,
        `./a.png: row 10 of ${file} repeats row 2`,
        `rows.csv row 11: it names no file`,
        `b.png: row 12 of ${file} gives it no label`,
        'no\\such.png: there is no such file; write / between folders',
      ].sort(),
    );
  });

  it('nothing where absent files are kept for a listing', async () => {
    const dataset = await load('path,label\ngone.png,x\n', { absentFiles: 'keep' });
    expect(summary(dataset).map(([id]) => id)).toEqual(['gone.png']);
  });
});

describe('loadManifest refuses', () => {
  it.each([
    [
      'a path that climbs out',
      'path,label\n../secret.png,x\n',
      /row 2 of .* names "\.\.\/secret\.png", which leads out/,
    ],
    ['one that climbs out on the way', 'path,label\na/../../x.png,x\n', /leads out of the root/],
    ['an absolute path elsewhere', 'path,label\n/etc/passwd,x\n', /leads out of the root/],
    ['the root’s neighbour', 'path,label\n..,x\n', /leads out of the root/],
    ['a NUL', 'path,label\na\0.png,x\n', /NUL/],
    ['another kind of address', 'path,label\nftp://example.org/a.png,x\n', /of kind ftp:; pass a path/],
    ['a file address', 'path,label\nfile:///etc/passwd,x\n', /of kind file:/],
    ['two labels for a path', 'path,label\na.png,x\na.png,y\n', /two labels: "x" in row 2 and "y" in row 3/],
    ['an unknown split', 'path,label,split\na.png,x,val\n', /row 2 .* "val"; expected "train", "validation", "test"/],
    ['a weight of 0', 'path,label,weight\na.png,x,0\n', /weight "0"; expected a number above 0/],
    ['a weight that is a word', 'path,label,weight\na.png,x,much\n', /weight "much"/],
    ['missing columns', 'file,class\na.png,x\n', /lacks the columns "path", "label"; it has "file", "class"/],
    ['a column named twice', 'path,label,label\na.png,x,y\n', /column "label" twice/],
    ['an empty file', '', /is empty/],
    ['a header alone', 'path,label\n', /names no image that can be used/],
    ['a quote that is never closed', 'path,label\n"a.png,x\n', /cannot be read as a table/],
    ['a row with more cells', 'path,label\na.png,x,y\n', /cannot be read as a table/],
    ['nothing but absent files', 'path,label\nu.png,x\nv.png,y\n', /2 rows were skipped, such as .*u\.png/],
  ])('%s', async (_, text, message) => {
    await expect(load(text)).rejects.toThrow(message);
    await expect(load(text)).rejects.toThrow(DatasetError);
  });

  it.each([
    ['no JSON', '{"path"', /cannot be read as a table/],
    ['no array', '{"path":"a.png"}', /no JSON array/],
    ['an entry that is no object', '[["a.png","x"]]', /as entry 1; expected an object/],
    [
      'other columns in every row',
      JSON.stringify(Array.from({ length: 1001 }, (_, i) => ({ [`c${i}`]: i }))),
      /names 1,001 columns; expected 1,000 at most/,
    ],
    ['a cell that is an object', '[{"path":{"x":1},"label":"x"}]', /under "path" of entry 1/],
  ])('a .json file with %s', async (_, text, message) => {
    await expect(load(text, { name: 'rows.json' })).rejects.toThrow(message);
  });

  it('a missing file, another kind of file, a column or a root that is not there', async () => {
    await expect(loadManifest(join(root, 'gone.csv'))).rejects.toThrow(
      /gone\.csv cannot be opened: there is no such file/,
    );
    await expect(loadManifest(join(root, 'a.png'))).rejects.toThrow(/ending in "\.csv", "\.tsv", "\.json"/);
    await expect(load('path,label\n', { columns: { group: 'patient' } })).rejects.toThrow(
      /lacks the columns "patient"/,
    );
    await expect(load('path,label\n', { where: { view: 'PA' } })).rejects.toThrow(/lacks the columns "view"/);
    await expect(load('path,label\n', { root: join(root, 'gone') })).rejects.toThrow(
      /gone, the root of .*, is no folder/,
    );
  });

  it.skipIf(process.platform !== 'linux')('a pipe, which nobody may ever write to', async () => {
    execFileSync('mkfifo', [join(root, 'pipe.csv')]);
    await expect(loadManifest(join(root, 'pipe.csv'))).rejects.toThrow(/pipe\.csv is no regular file/);
  });

  // Whoever refuses a file closes it: a server that is sent bad ones would run out of descriptors.
  it.skipIf(process.platform !== 'linux')('a bad file, and leaves it closed', async () => {
    await expect(load(`path,label\n"${'x'.repeat(3_000_000)}`)).rejects.toThrow(/as a table/);
    await expect(load('other,columns\n'.padEnd(3_000_000, 'a,b\n'))).rejects.toThrow(/lacks the columns/);
    const isOpen = () =>
      readdirSync('/proc/self/fd').some((descriptor) => {
        try {
          return readlinkSync(`/proc/self/fd/${descriptor}`).startsWith(root);
        } catch {
          return false;
        }
      });
    await vi.waitFor(() => expect(isOpen()).toBe(false));
  });

  it('a row without end, before it has read a large file', async () => {
    await expect(load(`path,label\n"${'x'.repeat(3_000_000)}`)).rejects.toThrow(/cannot be read as a table/);
  });

  it('to go on once it is aborted', async () => {
    await expect(load('path,label\na.png,x\n', { signal: AbortSignal.abort() })).rejects.toThrow(AbortedError);
  });
});

describe('loadManifest at size', () => {
  it('reads thirty thousand rows with little time and one look at each folder', async () => {
    const lines = Array.from({ length: 30_000 }, (_, i) => `f${i % 50}/${i}.png,c${i % 3},p${i >> 2}`);
    const begin = process.cpuUsage();
    const dataset = await load(['path,label,group', ...lines, 'a.png,c0,p'].join('\n'));
    const { user, system } = process.cpuUsage(begin);
    expect(dataset.samples).toHaveLength(1);
    expect(dataset.skipped).toHaveLength(30_000);
    // Of one core; a million rows take thirty times this. Other work on the machine makes it more.
    expect((user + system) / 1e6).toBeLessThan(5);
  });
});

const metadata = fileURLToPath(new URL('../../../../../../shared/data/covid-chestxray-metadata.csv', import.meta.url));

describe('loadCovidMetadata', () => {
  it('takes the finding as class and the patient as group, and keeps rows that a filter names', async () => {
    const file = await put(
      'metadata.csv',
      '\uFEFFpatientid,finding,view,modality,filename,notes\n1,COVID-19,PA,X-ray,a.png,"a ""quote"", and\na line"\n' +
        '1,COVID-19,PA,X-ray,b.png,,one more\n2,SARS,AP,X-ray,c.png\n3,COVID-19,Axial,CT,d.png,\n4,SARS,PA,X-ray,gone.png,\n',
    );
    for (const name of ['a', 'b', 'c', 'd']) await put(`images/${name}.png`);
    const { samples, skipped } = await loadCovidMetadata(file, { where: { modality: 'X-ray', view: ['PA', 'AP'] } });
    expect(samples.map(({ id, label, group }) => [id, label, group])).toEqual([
      ['a.png', 'COVID-19', '1'],
      ['b.png', 'COVID-19', '1'],
      ['c.png', 'SARS', '2'],
    ]);
    expect(skipped).toEqual([{ path: join(root, 'images', 'gone.png'), reason: 'there is no such file' }]);
    const listing = await loadCovidMetadata(file, { absentFiles: 'keep' });
    expect(listing.samples).toHaveLength(5);
  });

  it.skipIf(!existsSync(metadata))(
    'keeps 97 rows of 68 patients of covid, PA, as 68 groups (skipped without the public metadata)',
    async () => {
      const where = { finding: 'COVID-19', view: 'PA' };
      const { samples, classNames } = await loadCovidMetadata(metadata, { where, absentFiles: 'keep' });
      expect(classNames).toEqual(['COVID-19']);
      expect(samples).toHaveLength(97);
      expect(new Set(samples.map(({ group }) => group)).size).toBe(68);
    },
  );
});
