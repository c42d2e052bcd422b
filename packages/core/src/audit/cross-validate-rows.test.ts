import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { cramersV } from './cramers-v.js';
import { crossValidateRows } from './cross-validate-rows.js';
import { probeFigures } from './probe-figures.js';
import { planProbes, type ProbePlan } from './probe-plan.js';
import { rowCoordinates } from './row-coordinates.js';

interface RowCase {
  rows: number;
  columns: number;
  data: string;
  labels: number[];
  groups: number[] | null;
  c: number;
  seed: number;
  splits: number;
  repeats: number;
  metric: string;
  accuracy: number;
  recalls: number[];
  falseAlarms: number[];
}

const golden = JSON.parse(readFileSync(new URL('../../test/golden/audit.json', import.meta.url), 'utf8')) as {
  rows: RowCase[];
  tables: { counts: number[][]; strength: number }[];
};

function planOf({ labels, groups, splits, repeats, seed }: RowCase): ProbePlan {
  const planned = planProbes(
    {
      labels: labels.map((label) => `class ${label}`),
      groups: groups?.map((group) => `g${String(group).padStart(3, '0')}`),
    },
    { nSplits: splits, nRepeats: repeats, seed, mostImages: 1000 },
  );
  if (!('plan' in planned)) throw new Error(planned.reason);
  return planned.plan;
}

const featuresOf = ({ data, rows, columns }: RowCase) => ({
  data: Float32Array.from(Buffer.from(data, 'base64'), (value) => value / 255),
  rows,
  columns,
});

describe('crossValidateRows', () => {
  it.each(golden.rows)('reaches what scikit-learn reaches: $rows × $columns, $metric', async (example) => {
    const plan = planOf(example);
    expect(plan.metric).toBe(example.metric);
    const votes = await crossValidateRows(featuresOf(example), plan, { c: example.c });
    const { accuracy, classes, interval } = probeFigures(votes, plan);
    // Rows on the border between two classes may fall to either side: one in a hundred.
    expect(Math.abs(accuracy - example.accuracy)).toBeLessThanOrEqual(0.01);
    for (const [code, { recall, falseAlarms, gain }] of classes.entries()) {
      expect(Math.abs(recall - example.recalls[code]!)).toBeLessThanOrEqual(0.03);
      expect(Math.abs(falseAlarms - example.falseAlarms[code]!)).toBeLessThanOrEqual(0.03);
      expect(gain).toBeCloseTo(recall - falseAlarms, 12);
    }
    expect(interval.low).toBeLessThan(accuracy);
    expect(interval.high).toBeGreaterThan(accuracy);
  });

  it('is close to chance, and says so, where there is nothing to learn', async () => {
    const [example] = golden.rows as [RowCase];
    const labels = example.labels.map((_, i) => (i * 7) % 3);
    const plan = planOf({ ...example, labels });
    const { gain, gainInterval } = probeFigures(
      await crossValidateRows(featuresOf({ ...example, labels }), plan, { c: 0.1 }),
      plan,
    );
    expect(Math.abs(gain)).toBeLessThan(0.25);
    expect(gainInterval.low).toBeLessThan(0.1);
  });
});

describe('probeFigures', () => {
  it('has intervals as wide as the standard error says, wider where groups agree with each other', () => {
    const labels = Array.from({ length: 400 }, (_, i) => i % 2);
    const groups = labels.map((_, i) => Math.floor(i / 20));
    const base = { ...(golden.rows[1] as RowCase), labels, splits: 5, repeats: 1 };
    const [alone, grouped] = [planOf({ ...base, groups: null }), planOf({ ...base, groups })];
    // Right in four of five groups, all images of a group alike.
    const votes = new Float64Array(800);
    for (const [row, label] of labels.entries()) votes[2 * row + (groups[row]! % 5 === 0 ? 1 - label : label)] = 1;
    const width = (plan: ProbePlan) => {
      const { low, high } = probeFigures(votes, plan).interval;
      return high - low;
    };
    const standardError = Math.sqrt((0.8 * 0.2) / 400);
    expect(width(alone)).toBeGreaterThan(3.5 * standardError);
    expect(width(alone)).toBeLessThan(4.4 * standardError);
    expect(width(grouped)).toBeGreaterThan(3 * width(alone));
  });
});

describe('rowCoordinates', () => {
  it('keeps the products of rows around their mean, in no more columns than rows', () => {
    const example = golden.rows[1] as RowCase;
    const features = featuresOf(example);
    const coordinates = rowCoordinates(features);
    expect(coordinates.columns).toBeLessThan(features.rows);
    const distance = ({ data, columns }: typeof coordinates, a: number, b: number) => {
      let sum = 0;
      for (let i = 0; i < columns; i++) sum += (data[a * columns + i]! - data[b * columns + i]!) ** 2;
      return sum;
    };
    for (let row = 1; row < features.rows; row++) {
      expect(distance(coordinates, row, 0)).toBeCloseTo(distance(features, row, 0), 6);
    }
  });

  it('copes with rows that are all the same', () => {
    const { data, columns } = rowCoordinates({ data: new Float32Array(12).fill(3), rows: 3, columns: 4 });
    expect([data.length, columns]).toEqual([0, 0]);
  });
});

describe('cramersV', () => {
  it.each(golden.tables)('is SciPy’s chi-square, corrected: $strength', ({ counts, strength }) => {
    expect(cramersV(counts)).toBeCloseTo(strength, 10);
  });

  it('is 0 where a side has one value', () => {
    expect(cramersV([[3, 4]])).toBe(0);
    expect(cramersV([[3], [4]])).toBe(0);
    expect(cramersV([])).toBe(0);
  });
});
