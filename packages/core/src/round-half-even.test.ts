import { describe, expect, it } from 'vitest';
import { roundHalfEven } from './round-half-even.js';

describe('roundHalfEven', () => {
  it('rounds halves to the even number, as NumPy does', () => {
    expect([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 2.4999, 3.7].map(roundHalfEven)).toEqual([-2, -2, 0, 0, 2, 2, 2, 4]);
  });

  it('takes numbers of any size, and keeps those that are none', () => {
    const given = [2 ** 51 - 0.5, 2 ** 51 + 0.5, 2 ** 51 + 1.5, -(2 ** 52) - 1, 1e300, Infinity, -Infinity, NaN];
    const rounded = [2 ** 51, 2 ** 51, 2 ** 51 + 2, -(2 ** 52) - 1, 1e300, Infinity, -Infinity, NaN];
    expect(given.map(roundHalfEven)).toEqual(rounded);
  });
});
