import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DatasetError } from '../errors.js';
import { datasetFingerprint } from './dataset-fingerprint.js';
import type { Dataset } from './dataset.js';
import { parseCsv } from './parse-csv.js';
import { splitFromCsv, splitToCsv } from './split-csv.js';
import { splitDataset } from './split-dataset.js';

const dataset: Dataset = {
  classNames: ['a', 'b'],
  samples: Array.from({ length: 40 }, (_, i) => ({
    id: `${i % 2 ? 'a' : 'b'}/${i}, "the ${i}th"\n.png`,
    source: `${i}.png`,
    label: i % 2 ? 'a' : 'b',
    group: `p${i >> 2}`,
  })),
};

describe('a split as CSV', () => {
  it('comes back as it was, in order, from names with commas, quotes and line ends', () => {
    for (const validationSize of [undefined, 0.2]) {
      const split = splitDataset(dataset, { validationSize, seed: 3 });
      const text = splitToCsv(split);
      expect(splitFromCsv(text, dataset)).toEqual(split);
      expect(splitFromCsv(`\uFEFF${text}`, dataset)).toEqual(split);
    }
  });

  it('comes back from names that a spreadsheet would run, and gives it none to run', () => {
    const names = ['=cmd|calc', '+1+1', '-x', '@x', '\ttab', "'=quoted", "''-twice", '＝wide', '-1', "it's"];
    const odd: Dataset = {
      classNames: names,
      samples: names.flatMap((label) =>
        [0, 1, 2, 3].map((i) => ({ id: `${label}/${i}`, source: '', label, group: `${label}${i}` })),
      ),
    };
    const split = splitDataset(odd, { testSize: 0.5 });
    const text = splitToCsv(split);
    expect(splitFromCsv(text, odd)).toEqual(split);
    const formulas = text.split(/[,\n]/).filter((cell) => /^[=+\-@\t＝]/.test(cell) && Number.isNaN(Number(cell)));
    expect(formulas).toEqual([]);
  });

  it('serves as a manifest and holds one fingerprint, of the data and not of its order', () => {
    const { header, rows } = parseCsv(splitToCsv(splitDataset(dataset)));
    expect(header).toEqual(['path', 'label', 'group', 'split', 'fingerprint']);
    expect(new Set(rows.map((row) => row[4]))).toEqual(new Set([datasetFingerprint(dataset.samples)]));
    expect(datasetFingerprint(dataset.samples.toReversed())).toBe(datasetFingerprint(dataset.samples));
    expect(datasetFingerprint(dataset.samples.slice(1))).not.toBe(datasetFingerprint(dataset.samples));
  });

  it('is refused for other data, naming what differs', () => {
    const text = splitToCsv(splitDataset(dataset));
    const change = (i: number, more: object): Dataset => ({
      ...dataset,
      samples: dataset.samples.map((sample, at) => (at === i ? { ...sample, ...more } : sample)),
    });
    expect(() => splitFromCsv(text, change(3, { id: 'new.png' }))).toThrow(/3th.*is not in this data set/s);
    expect(() => splitFromCsv(text, change(3, { label: 'b' }))).toThrow(/is labelled "a", here "b"/);
    expect(() => splitFromCsv(text, change(3, { group: undefined }))).toThrow(/has group "p0", here ""/);
    const more = { ...dataset, samples: [...dataset.samples, { id: 'new.png', source: '', label: 'a' }] };
    expect(() => splitFromCsv(text, more)).toThrow('"new.png" is in no part of the split');
    expect(() => splitFromCsv(text, more)).toThrow(DatasetError);
  });

  it('is refused when damaged', () => {
    const small: Dataset = {
      classNames: ['a'],
      samples: ['x', 'y', 'z'].map((id) => ({ id, source: id, label: 'a', group: 'p' + id })),
    };
    const text = splitToCsv(splitDataset(small, { testSize: 1 }));
    const lines = text.trimEnd().split('\n');
    const read = (changed: readonly string[]) => splitFromCsv(changed.join('\n'), small);
    expect(() => read([...lines, lines[1]!])).toThrow(/stands twice/);
    expect(() => read(lines.slice(0, 3))).toThrow(/is in no part of the split/);
    expect(() => read(lines.map((line) => line.replace('test', 'dev')))).toThrow(/is in split "dev"; there are/);
    expect(() => read(lines.map((line) => line.slice(0, -1)))).toThrow(/no column "fingerprint"/);
    expect(() => read([lines[0]!, ...lines.slice(1).map((line) => `${line.slice(0, -1)}!`)])).toThrow(
      /made of other data/,
    );
    expect(() => read([lines[0]!])).toThrow(/has no rows/);
    expect(() => read(['path,label', '"x,a'])).toThrow('line 2 of the CSV has a stray or open quote');
    expect(() => read(['path,label', 'x'])).toThrow('row 1 of the CSV has 1 fields, its header 2');
  });

  it('refuses a group that was moved to two sides', () => {
    const samples = ['x', 'y', 'z', 'w'].map((id, i) => ({ id, source: id, label: 'a', group: `p${i >> 1}` }));
    const small: Dataset = { classNames: ['a'], samples };
    const text = splitToCsv(splitDataset(small, { testSize: 2 }));
    const moved = text.replace(',train,', ',test,');
    expect(() => splitFromCsv(moved, small)).toThrow(/group "p\d" stands in train .* and in test/);
  });
});

describe('parseCsv', () => {
  it('reads whatever fields are written', () => {
    const field = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', '肺') });
    fc.assert(
      fc.property(fc.array(fc.tuple(field, field), { minLength: 1 }), fc.constantFrom('\n', '\r\n'), (rows, end) => {
        const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
        const text = ['x,y', ...rows.map((row) => row.map(quote).join(','))].join(end);
        expect(parseCsv(text)).toEqual({ header: ['x', 'y'], rows });
      }),
    );
  });
});
