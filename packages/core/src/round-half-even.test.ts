import { describe, expect, it } from 'vitest';
import { roundHalfEven } from './round-half-even.js';

describe('roundHalfEven', () => {
  it('rounds halves to the even number, as NumPy does', () => {
    expect([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 2.4999, 3.7].map(roundHalfEven)).toEqual([-2, -2, -0, 0, 2, 2, 2, 4]);
  });
});
