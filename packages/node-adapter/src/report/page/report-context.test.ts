import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { madeUpEvaluation } from '../../../test/report-fixture.js';
import { reportContext } from './report-context.js';

const evaluation = madeUpEvaluation(['a', 'b'], 1);
const pathsFrom = (location: string) =>
  reportContext({ title: 'x', evaluation, dataset: { location, sides: [], skipped: [] } }).pathOf;
const image = resolve('photos', 'a', 'one.png');
const inside = join('a', 'one.png');

describe('reportContext', () => {
  it('shows images by their place in the data set, however that was named', () => {
    for (const location of [
      'photos',
      './photos/',
      resolve('photos'),
      'photos/*/*.png',
      'photos/{a,b}/*',
      'photos/rows.csv',
    ]) {
      expect([location, pathsFrom(location)(image)]).toEqual([location, inside]);
    }
    expect(pathsFrom('photos')('photos/a/one.png')).toBe(inside);
  });

  it('shows as they are what lies elsewhere, addresses, and names that begin alike', () => {
    const elsewhere = resolve('..', 'photos-of-others', 'one.png');
    expect(pathsFrom('photos')(elsewhere)).toBe(elsewhere);
    expect(pathsFrom('photos')(new URL('https://example.org/one.png'))).toBe('https://example.org/one.png');
    expect(reportContext({ title: 'x', evaluation }).pathOf(image)).toBe(image);
  });
});
