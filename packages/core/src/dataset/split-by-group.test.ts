import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DatasetError } from '../errors.js';
import type { Dataset, Sample } from './dataset.js';
import { splitDataset, type SplitDatasetOptions } from './split-dataset.js';

type Row = readonly [label: string, group?: string | undefined, split?: Sample['split']];

function datasetOf(rows: readonly Row[]): Dataset {
  const samples = rows.map(([label, group, split], i): Sample => ({
    id: `${i}.png`,
    source: `${i}.png`,
    label,
    group,
    split,
  }));
  return { classNames: [...new Set(rows.map(([label]) => label))].sort(), samples };
}

const ids = (dataset: Dataset | undefined) => (dataset?.samples ?? []).map((sample) => sample.id);
const groupsOf = (dataset: Dataset | undefined) => new Set(dataset?.samples.map((sample) => sample.group));

/** Patients with 1–4 images each, of one class mostly. */
const patients = fc
  .array(
    fc.record({ size: fc.integer({ min: 1, max: 4 }), label: fc.integer({ min: 0, max: 2 }), odd: fc.boolean() }),
    {
      minLength: 25,
      maxLength: 80,
    },
  )
  .map((list) =>
    list.flatMap(({ size, label, odd }, patient) =>
      Array.from({ length: size }, (_, i): Row => [`c${odd && i === 0 ? (label + 1) % 3 : label}`, `p${patient}`]),
    ),
  );

describe('splitDataset by group', () => {
  it('keeps every group on one side, loses nothing, and comes close in size and in each class', () => {
    fc.assert(
      fc.property(patients, fc.integer({ min: 0, max: 2 ** 32 - 1 }), (rows, seed) => {
        const dataset = datasetOf(rows);
        const { train, validation, test } = splitDataset(dataset, { testSize: 0.2, validationSize: 0.2, seed });
        const sides = [train, validation!, test];
        expect(sides.flatMap(ids).sort()).toEqual(ids(dataset).sort());
        const groups = sides.flatMap((side) => [...groupsOf(side)]);
        expect(new Set(groups).size).toBe(groups.length);
        const wanted = Math.ceil(0.2 * rows.length);
        for (const side of [validation!, test]) {
          expect(Math.abs(side.samples.length - wanted)).toBeLessThanOrEqual(2);
          for (const name of dataset.classNames) {
            const share = (set: Dataset) => set.samples.filter((sample) => sample.label === name).length;
            expect(Math.abs(share(side) - 0.2 * share(dataset))).toBeLessThanOrEqual(4);
          }
        }
      }),
      { numRuns: 150 },
    );
  });

  it('meets sizes to the sample, and each class within one, where each sample stands alone or nearly so', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 40, maxLength: 200 }),
        fc.nat(1000),
        (labels, seed) => {
          const dataset = datasetOf(labels.map((label, i): Row => [`c${label}`, i === 0 ? 'a' : undefined]));
          const { test } = splitDataset(dataset, { testSize: 0.25, seed });
          expect(test.samples).toHaveLength(Math.ceil(0.25 * labels.length));
          for (const name of dataset.classNames) {
            const share = (set: Dataset) => set.samples.filter((sample) => sample.label === name).length;
            expect(Math.abs(share(test) - 0.25 * share(dataset))).toBeLessThanOrEqual(1);
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  it('does not depend on the order of the samples, and another seed gives another split', () => {
    fc.assert(
      fc.property(patients, fc.nat(1000), (rows, seed) => {
        const dataset = datasetOf(rows);
        const turned = { ...dataset, samples: dataset.samples.toReversed() };
        const options = { testSize: 0.3, validationSize: 0.1, seed };
        const [one, two] = [splitDataset(dataset, options), splitDataset(turned, options)];
        expect(ids(two.test).reverse()).toEqual(ids(one.test));
        expect(ids(two.validation).reverse()).toEqual(ids(one.validation));
      }),
      { numRuns: 50 },
    );
    const dataset = datasetOf(Array.from({ length: 100 }, (_, i): Row => [`c${i % 2}`, `p${i >> 1}`]));
    const tests = Array.from({ length: 20 }, (_, seed) => ids(splitDataset(dataset, { seed }).test).join());
    expect(new Set(tests).size).toBe(20);
  });

  it('leaves the test set as it is when validation is asked for and groups are small', () => {
    const dataset = datasetOf(Array.from({ length: 200 }, (_, i): Row => [`c${i % 3}`, `p${i >> 1}`]));
    const options = { testSize: 0.2, seed: 5 };
    expect(splitDataset(dataset, { ...options, validationSize: 0.1 }).test).toEqual(
      splitDataset(dataset, options).test,
    );
  });

  it('draws every patient about as often as any other, large ones too', () => {
    const rows = Array.from({ length: 30 }, (_, p) =>
      Array.from({ length: 1 + (p % 3) }, (): Row => ['a', `p${p}`]),
    ).flat();
    const times = new Map<string, number>();
    for (let seed = 0; seed < 300; seed += 1) {
      for (const group of groupsOf(splitDataset(datasetOf(rows), { testSize: 0.3, seed }).test)) {
        times.set(group!, (times.get(group!) ?? 0) + 1);
      }
    }
    const often = [...times.values()];
    expect(often).toHaveLength(30);
    expect(Math.min(...often)).toBeGreaterThan(45);
    expect(Math.max(...often)).toBeLessThan(150);
  });

  it('keeps a class that has one group in training, and says that the test side goes without', () => {
    const rows: Row[] = [
      ...Array.from({ length: 20 }, (_, i): Row => ['a', `p${i}`]),
      ...Array.from({ length: 20 }, (): Row => ['b', 'hospital']),
    ];
    const warnings: string[] = [];
    const { train, test } = splitDataset(datasetOf(rows), { onWarning: (message) => warnings.push(message) });
    expect(groupsOf(test).has('hospital')).toBe(false);
    expect(new Set(train.samples.map((sample) => sample.label))).toEqual(new Set(['a', 'b']));
    expect(warnings).toContain('test has no sample of "b": too few groups hold them');
  });

  it('says when groups are too large to come near the size asked for', () => {
    const rows = Array.from({ length: 40 }, (_, i): Row => ['a', `p${i % 2}`]);
    const warnings: string[] = [];
    const { test } = splitDataset(datasetOf(rows), { testSize: 0.2, onWarning: (message) => warnings.push(message) });
    expect(test.samples).toHaveLength(20);
    expect(warnings).toEqual(['test has 20 samples where 8 were asked for: the groups are too large to come closer']);
  });
});

describe('what belongs together', () => {
  const named = (names: readonly string[], more: Partial<Sample> = {}): Dataset => ({
    classNames: ['a', 'b'],
    samples: names.map((id, i) => ({ id, source: id, label: i % 2 ? 'a' : 'b', ...more })),
  });
  const paths = Array.from({ length: 40 }, (_, i) => `a/p${i >> 2}_${i}.png`);
  const patientsOn = (dataset: Dataset) => new Set(dataset.samples.map((sample) => /p\d+/.exec(sample.id)![0]));

  it.each([
    ['the first capturing group', /^a\/(p\d+)_/],
    ['the whole match without one', /p\d+/],
    ['a global expression, which remembers its last match elsewhere', /p\d+/g],
    ['a function', (sample: Sample) => sample.id.split('_')[0]],
  ] as const)('may be %s', (_, groupBy) => {
    const { train, test } = splitDataset(named(paths), { groupBy, testSize: 0.3 });
    const both = [...patientsOn(train)].filter((patient) => patientsOn(test).has(patient));
    expect(both).toEqual([]);
    expect(test.samples).toHaveLength(12);
  });

  it('is the samples’ own group wherever one has a group, unless refused', () => {
    const rows = Array.from({ length: 40 }, (_, i): Row => [`c${i % 2}`, `p${i >> 2}`]);
    const straddles = (options: SplitDatasetOptions) => {
      const { train, test } = splitDataset(datasetOf(rows), options);
      return [...groupsOf(test)].some((group) => groupsOf(train).has(group));
    };
    expect(straddles({})).toBe(false);
    expect(straddles({ groupBy: false })).toBe(true);
  });

  it('is refused where no sample has a group, and told of where some have none', () => {
    expect(() => splitDataset(named(paths), { groupBy: 'group' })).toThrow(/no sample has a group by group/);
    expect(() => splitDataset(named(paths), { groupBy: /patient(\d+)/ })).toThrow(DatasetError);
    const warnings: string[] = [];
    splitDataset(named([...paths, 'b/other.png']), {
      groupBy: /p\d+_/,
      onWarning: (message) => warnings.push(message),
    });
    expect(warnings[0]).toBe('1 of 41 samples have no group by /p\\d+_/; each stands alone');
    expect(() => splitDataset(named(paths), { groupBy: 'patient' as 'group' })).toThrow(TypeError);
  });

  it('is refused where there are fewer groups than sides', () => {
    const rows = Array.from({ length: 12 }, (_, i): Row => ['a', `p${i % 2}`]);
    expect(() => splitDataset(datasetOf(rows), { validationSize: 0.2 })).toThrow(/2 groups cannot stand on 3 sides/);
    const perClass = Array.from({ length: 12 }, (_, i): Row => [`c${i % 3}`, `p${i % 3}`]);
    expect(() => splitDataset(datasetOf(perClass))).toThrow(/no group can be set aside for test.*stratify: false/);
    expect(splitDataset(datasetOf(perClass), { stratify: false }).test.samples).toHaveLength(4);
  });
});

describe('samples that name their split', () => {
  const rows = (sides: readonly Sample['split'][]) => sides.map((side, i): Row => [`c${i % 2}`, undefined, side]);
  const repeat = (side: Sample['split'], count: number) => Array.from({ length: count }, () => side);

  it('stay there', () => {
    const dataset = datasetOf(rows([...repeat('train', 6), ...repeat('validation', 4), ...repeat('test', 2)]));
    const { train, validation, test } = splitDataset(dataset, { testSize: 0.5 });
    expect([train, validation, test].map((side) => side?.samples.length)).toEqual([6, 4, 2]);
    expect(splitDataset(dataset, { testSize: 0.5, keepPresets: false }).test.samples).toHaveLength(6);
  });

  it('give up samples of training for a side that none names', () => {
    const dataset = datasetOf(rows([...repeat('train', 20), ...repeat('test', 5)]));
    const split = splitDataset(dataset, { validationSize: 0.2 });
    expect(split.test.samples).toHaveLength(5);
    expect(split.validation?.samples).toHaveLength(5);
    expect(splitDataset(dataset).validation).toBeUndefined();
    const noTest = datasetOf(rows([...repeat('train', 20), ...repeat('validation', 5)]));
    expect(splitDataset(noTest).test.samples).toHaveLength(5);
  });

  it('are refused where a group is on two sides, where some name none, and where a name is unknown', () => {
    const leak = datasetOf([
      ['a', 'p1', 'train'],
      ['a', 'p2', 'train'],
      ['a', 'p1', 'test'],
    ]);
    expect(() => splitDataset(leak)).toThrow(
      'group "p1" stands in train ("0.png") and in test ("2.png"); keep all of a group on one side',
    );
    expect(() => splitDataset(datasetOf(rows(['train', undefined, 'test'])))).toThrow(/"1.png" does not/);
    expect(() => splitDataset(datasetOf(rows(['train', 'dev' as 'test'])))).toThrow(
      /in split "dev"; there are "train"/,
    );
    expect(() => splitDataset(datasetOf(rows(['test', 'test'])))).toThrow(/no sample is in split "train"/);
  });
});
