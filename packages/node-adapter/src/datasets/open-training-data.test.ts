import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatasetError, splitToCsv } from '@graft-ml/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sharpImageSource } from '../images/sharp-image-source.js';
import { parseGrouping } from './grouping.js';
import { openTrainingData, type DataSettings } from './open-training-data.js';

const root = await mkdtemp(join(tmpdir(), 'graft-training-data-'));
afterAll(() => rm(root, { recursive: true, force: true }));

async function put(path: string, content: string | Uint8Array = path): Promise<string> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), content);
  return join(root, path);
}

const notes: string[] = [];
const context = { images: sharpImageSource(), onNote: (note: string) => notes.push(note) };
const open = (location: string, settings: Partial<DataSettings> = {}) =>
  openTrainingData(location, { seed: 1, ...settings }, context);

let folder = '';
let manifest = '';
beforeAll(async () => {
  folder = join(root, 'set');
  const rows = ['path,label,patient,group'];
  for (let i = 0; i < 24; i += 1) {
    const path = `${i % 2 ? 'a' : 'b'}/patient${i >> 2}_${i}.png`;
    await put(`set/${path}`);
    rows.push(`${path},${i % 2 ? 'a' : 'b'},p${i >> 2},g${i >> 3}`);
  }
  manifest = await put('set/rows.csv', `${rows.join('\n')}\n`);
});

describe('openTrainingData', () => {
  it('keeps groups on one side: a column, the group column, or a pattern on the path', async () => {
    for (const [location, groupBy, groups] of [
      [manifest, 'patient', 6],
      [manifest, 'group', 3],
      [manifest, undefined, 3],
      [folder, '/patient(\\d+)/', 6],
      [folder, 'patient(\\d+)', 6],
    ] as const) {
      const { dataset, split } = await open(location, { groupBy, testSize: 0.34 });
      expect(new Set(dataset.samples.map(({ group }) => group)).size).toBe(groups);
      const onTrain = new Set(split.train.samples.map(({ group }) => group));
      expect(split.test.samples.length).toBeGreaterThan(0);
      for (const { group } of split.test.samples) expect(onTrain.has(group)).toBe(false);
    }
  });

  it('lets samples that a pattern does not match stand alone, and says so', async () => {
    notes.length = 0;
    const { dataset } = await open(folder, { groupBy: '/patient([0-2])_/' });
    expect(dataset.samples.filter(({ group }) => group === undefined)).toHaveLength(12);
    expect(notes.join()).toMatch(/12 of 24 samples have no group/);
  });

  it('takes up a split that was made before, with its groups', async () => {
    const made = await open(folder, { groupBy: '/patient(\\d+)/', testSize: 0.34, validationSize: 0.2 });
    const file = await put('split.csv', splitToCsv(made.split));
    const again = await open(folder, { split: file });
    for (const side of ['train', 'validation', 'test'] as const) {
      expect(again.split[side]?.samples).toEqual(made.split[side]?.samples);
    }
    expect(await readFile(file, 'utf8')).toMatch(/^path,label,group,split,fingerprint\n/);
  });

  it('takes up groups that a spreadsheet would have run as formulas', async () => {
    for (let i = 0; i < 16; i += 1) await put(`handles/${i % 2 ? 'a' : 'b'}/@name${i >> 1}_${i}.png`);
    const handles = join(root, 'handles');
    const made = await open(handles, { groupBy: '/(@name\\d+)/', testSize: 0.3 });
    const file = await put('handles.csv', splitToCsv(made.split));
    expect(await readFile(file, 'utf8')).toContain(",'@name");
    expect((await open(handles, { split: file })).split).toEqual(made.split);
  });

  it('refuses what contradicts itself, and a split of other data', async () => {
    const file = await put('other.csv', splitToCsv((await open(folder)).split));
    await expect(open(folder, { split: file, testSize: 0.5 })).rejects.toThrow(/has its own sizes/);
    await expect(open(manifest, { split: file, where: { label: 'a' }, groupBy: 'patient' })).rejects.toThrow(
      DatasetError,
    );
    await expect(open(folder, { split: join(root, 'gone.csv') })).rejects.toThrow(
      /gone\.csv cannot be read \(.*ENOENT.*\); name a split/,
    );
    await expect(open(folder, { split: root })).rejects.toThrow(/it is no regular file/);
    await expect(open(folder, { split: manifest })).rejects.toThrow(/rows\.csv: the split has no column/);
    await expect(open(manifest, { groupBy: 'patient', columns: { group: 'group' } })).rejects.toThrow(/named twice/);
    await expect(open(manifest, { groupBy: 'hospital' })).rejects.toThrow(/lacks the columns "hospital"/);
    await expect(open(folder, { groupBy: 'patient' })).rejects.toThrow(/"columns" is for a manifest/);
    await expect(open(folder, { groupBy: '/patient(/' })).rejects.toThrow(RangeError);
    await expect(open(folder, { groupBy: '/nothing/' })).rejects.toThrow(/no sample has a group/);
  });
});

describe('grouping by the patient of DICOM files', () => {
  const golden = JSON.parse(readFileSync(new URL('../../test/golden/dicom.json', import.meta.url), 'utf8')) as {
    patientId: string;
    patientName: string;
    cases: { file: string }[];
  };

  it('gives files of one patient one group, which does not tell who it is', async () => {
    const files = golden.cases.slice(0, 6).map(({ file }) => Buffer.from(file, 'base64'));
    for (const [i, bytes] of files.entries()) {
      const at = bytes.indexOf(golden.patientId);
      // Half of the files are another patient's; one is damaged.
      if (at >= 0 && i % 2) bytes.write('7', at + golden.patientId.length - 1, 'latin1');
      if (at >= 0 && i % 2 === 0) bytes.write('8', at + golden.patientId.length - 1, 'latin1');
      await put(`dicom/${i < 3 ? 'x' : 'y'}/${i}.dcm`, bytes);
    }
    await put('dicom/x/broken.dcm', files[0]!.subarray(0, 150));
    const { dataset, split } = await open(join(root, 'dicom'), { groupBy: 'dicom-patient', testSize: 0.5 });
    const groups = new Map(dataset.samples.map(({ id, group }) => [id, group]));
    expect(groups.get('x/0.dcm')).toMatch(/^patient-[0-9a-f]{16}$/);
    expect(groups.get('x/0.dcm')).toBe(groups.get('x/2.dcm'));
    expect(groups.get('x/0.dcm')).not.toBe(groups.get('x/1.dcm'));
    expect(groups.get('x/broken.dcm')).toBeUndefined();
    expect(splitToCsv(split)).not.toMatch(/golden-patient|GOLDEN/);
  });

  it('refuses files that name no patient', async () => {
    await expect(open(folder, { groupBy: 'dicom-patient' })).rejects.toThrow(
      /is no DICOM file, and so names no patient/,
    );
  });
});

describe('parseGrouping', () => {
  it('tells names, patterns and keywords apart', () => {
    expect(parseGrouping('near-duplicates')).toEqual({ by: 'near-duplicates' });
    expect(parseGrouping('dicom-patient')).toEqual({ by: 'dicom-patient' });
    expect(parseGrouping('group')).toEqual({ by: 'rule', rule: 'group' });
    expect(parseGrouping('patient id')).toEqual({ by: 'column', name: 'patient id' });
    expect(parseGrouping('Größe_2')).toEqual({ by: 'column', name: 'Größe_2' });
    expect(parseGrouping('/p(\\d+)/i')).toEqual({ by: 'rule', rule: /p(\d+)/i });
    expect(parseGrouping('^p\\d+')).toEqual({ by: 'rule', rule: /^p\d+/ });
    expect(() => parseGrouping(' ')).toThrow(RangeError);
  });
});
