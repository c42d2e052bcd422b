import { describe, expect, it } from 'vitest';
import type { RowFile } from '../ports/row-file.js';
import { FeatureTable } from './feature-table.js';

/** Rows in an array, which counts what was asked of it. */
function arrayFile(): RowFile & { readonly rows: Float32Array[]; closed: boolean } {
  const rows: Float32Array[] = [];
  return {
    rows,
    closed: false,
    append: (row) => rows.push(row.slice()),
    read: (index, target) => target.set(rows[index]!),
    close() {
      this.closed = true;
    },
  };
}

const rowsOf = (sample: number): Float32Array[] => [Float32Array.of(sample, 0), Float32Array.of(sample, 1)];

describe('FeatureTable', () => {
  it.each([
    ['in memory', Number.POSITIVE_INFINITY, 0],
    ['partly in a file', 5 * 8, 35],
    ['wholly in a file', 0, 40],
  ])('gathers rows in any order %s', (_, memoryBytes, inFile) => {
    const file = arrayFile();
    const table = new FeatureTable([2], 2, { openRowFile: () => file, memoryBytes });
    for (let sample = 0; sample < 20; sample++) table.push(rowsOf(sample));
    expect([table.count, file.rows.length]).toEqual([20, inFile]);
    const picks = [19, 0, 2, 2, 3].flatMap((sample) => [
      { sample, view: 1 },
      { sample, view: 0 },
    ]);
    expect([...table.gather(picks)]).toEqual(picks.flatMap(({ sample, view }) => [sample, view]));
    table.dispose();
    expect([table.count, file.closed]).toEqual([0, inFile > 0]);
  });

  it('holds many rows without a file, and large ones', () => {
    const table = new FeatureTable([300_000], 1);
    for (let sample = 0; sample < 3; sample++) table.push([new Float32Array(300_000).fill(sample)]);
    expect(table.gather([{ sample: 2, view: 0 }]).every((value) => value === 2)).toBe(true);
  });

  it('refuses rows of another size or number, and picks outside of the table', () => {
    const table = new FeatureTable([2], 2);
    expect(() => table.push([Float32Array.of(1, 2)])).toThrow(RangeError);
    expect(() => table.push([Float32Array.of(1), Float32Array.of(1)])).toThrow(RangeError);
    table.push(rowsOf(0));
    for (const pick of [
      { sample: 1, view: 0 },
      { sample: 0, view: 2 },
      { sample: -1, view: 0 },
    ]) {
      expect(() => table.gather([pick])).toThrow(/outside the table/);
    }
  });
});
