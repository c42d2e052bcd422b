import { describe, expect, it } from 'vitest';
import golden from '../../test/golden/principal-components.json' with { type: 'json' };
import { keyedRandom } from '../random/keyed-random.js';
import { principalComponents } from './principal-components.js';

describe("principalComponents is scikit-learn's PCA", () => {
  it.each(golden.tables)('$name', ({ rows, components, scores, explainedVarianceRatio }) => {
    const result = principalComponents(rows, components);
    // Rounded to twelve digits; a component without variance has no direction, and its scores are rounding errors.
    const scale = Math.max(...scores.flat().map(Math.abs));
    for (const [k, ratio] of explainedVarianceRatio.entries()) {
      expect(Math.abs((result.explainedVarianceRatio[k] ?? NaN) - ratio)).toBeLessThan(1e-10);
    }
    for (const [i, row] of scores.entries()) {
      for (const [k, value] of row.entries()) {
        expect(Math.abs((result.scores[i]?.[k] ?? NaN) - value) / scale, `row ${i}, component ${k}`).toBeLessThan(1e-7);
      }
    }
  });
});

describe('principalComponents', () => {
  it('gives the same twice', () => {
    const random = keyedRandom({ seed: 1, purpose: 'test' });
    const rows = Array.from({ length: 100 }, () => Array.from({ length: 40 }, () => random.normal()));
    expect(principalComponents(rows)).toEqual(principalComponents(rows));
  });

  it('lays rows that are all the same on one point', () => {
    const { scores, explainedVarianceRatio } = principalComponents([
      [1, 2],
      [1, 2],
    ]);
    expect(scores.map((row) => [...row])).toEqual([
      [0, 0],
      [0, 0],
    ]);
    expect(explainedVarianceRatio).toEqual([0, 0]);
  });

  it('refuses what is no table', () => {
    expect(() => principalComponents([[1, 2]])).toThrow('rows has 1; pass at least two');
    expect(() => principalComponents([[1, 2], [1]])).toThrow('row 1 has 1 values but row 0 has 2');
    expect(() =>
      principalComponents([
        [1, NaN],
        [1, 2],
      ]),
    ).toThrow('row 0 holds NaN');
    expect(() => principalComponents([[1], [2]], 2)).toThrow('components is 2; expected a whole number from 1 to 1');
  });
});
