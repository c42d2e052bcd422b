import { describe, expect, it } from 'vitest';
import { findSources } from './find-sources.js';
import { sourcesCheck } from './sources-check.js';

const samples = (rows: readonly (readonly [label: string, id: string, group?: string])[], times = 10) =>
  Array.from({ length: times }, (_, i) =>
    rows.map(([label, id, group]) => ({ id: id.replace('#', String(i)), label, group, source: '' })),
  ).flat();

describe('findSources', () => {
  it('takes large groups, but not patients', () => {
    const wards = samples([
      ['a', 'a/#.png', 'north'],
      ['b', 'b/#.png', 'south'],
    ]);
    expect(findSources(wards, undefined)).toMatchObject({ by: 'group' });
    const patients = wards.map((sample, i) => ({ ...sample, group: `p${Math.floor(i / 2)}` }));
    expect(findSources(patients, undefined)).toHaveProperty('reason');
  });

  it('takes folders within the classes, or above them', () => {
    const below = samples([
      ['a', 'a/kodak/#.png'],
      ['b', 'b/agfa/#.png'],
    ]);
    expect(findSources(below, undefined)).toMatchObject({ by: 'folder' });
    const above = samples([
      ['a', 'kodak/a/#.png'],
      ['b', 'agfa/b/#.png'],
    ]);
    expect(findSources(above, undefined)).toMatchObject({ by: 'folder' });
  });

  it('takes beginnings of file names that classes share, but no other way to write the class', () => {
    const shared = samples([
      ['covid', 'covid/covid19_#.jpg'],
      ['normal', 'normal/kaggle_#.jpg'],
      ['pneumonia', 'pneumonia/kaggle_#.jpg'],
    ]);
    expect(findSources(shared, undefined)).toMatchObject({ by: 'the beginnings of file names' });
    const named = samples([
      ['a', 'a/cat_#.jpg'],
      ['b', 'b/dog_#.jpg'],
    ]);
    expect(findSources(named, undefined)).toHaveProperty('reason');
  });

  it('takes what it is told', () => {
    const rows = samples([
      ['a', 'a/x-#.png'],
      ['b', 'b/y-#.png'],
    ]);
    expect(findSources(rows, /\/(\w)-/)).toMatchObject({ by: 'the given rule' });
    expect(findSources(rows, /png/)).toEqual({ reason: 'the given rule finds one source' });
  });
});

describe('sourcesCheck', () => {
  it('warns of a class that has its source for itself, with a table', () => {
    const labels = ['a', 'a', 'a', 'a', 'b', 'b', 'b', 'b'];
    const check = sourcesCheck(labels, ['a', 'b'], { sources: [...'xxxxyyyy'], by: 'folder' });
    expect(check).toMatchObject({
      verdict: 'warning',
      table: {
        columns: ['source', 'a', 'b'],
        rows: [
          ['x', 4, 0],
          ['y', 0, 4],
        ],
      },
    });
    expect(check.sentence).toContain('a, b share no source with another class');
  });

  it('finds nothing where sources are spread evenly, and sums up many of them', () => {
    const labels = Array.from({ length: 400 }, (_, i) => (i % 2 ? 'a' : 'b'));
    const sources = labels.map((_, i) => `s${Math.floor(i / 2) % 20}`);
    const check = sourcesCheck(labels, ['a', 'b'], { sources, by: 'folder' });
    expect(check.verdict).toBe('ok');
    expect(check.table?.rows).toHaveLength(13);
    expect(check.table?.rows.at(-1)).toEqual(['8 more', 80, 80]);
  });
});
