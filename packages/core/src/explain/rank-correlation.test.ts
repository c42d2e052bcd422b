import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { rankCorrelation } from './rank-correlation.js';

interface RankCase {
  readonly a: readonly number[];
  readonly b: readonly number[];
  readonly correlation: number;
}

const { ranks } = JSON.parse(readFileSync(new URL('../../test/golden/explain.json', import.meta.url), 'utf8')) as {
  readonly ranks: readonly RankCase[];
};

describe('rankCorrelation', () => {
  it.each(ranks)('is SciPy’s spearmanr, ties included: $correlation', ({ a, b, correlation }) => {
    expect(rankCorrelation(a, b)).toBeCloseTo(correlation, 12);
  });

  it('is 1 for the same order, and −1 for the opposite one', () => {
    expect(rankCorrelation([1, 2, 9], [0, 5, 6])).toBeCloseTo(1, 12);
    expect(rankCorrelation([1, 2, 9], [3, 2, 1])).toBeCloseTo(-1, 12);
  });

  it('is undefined where a side is even, or holds no numbers', () => {
    expect(rankCorrelation([0, 0, 0], [1, 2, 3])).toBeUndefined();
    expect(rankCorrelation([0, 1, Number.NaN], [1, 2, 3])).toBeUndefined();
  });
});
