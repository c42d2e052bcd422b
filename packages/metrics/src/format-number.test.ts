import { describe, expect, it } from 'vitest';
import golden from '../test/golden/metrics-numbers.json' with { type: 'json' };
import { formatFixed, formatFloat, padLeft } from './format-number.js';

describe('numbers are printed as Python prints them', () => {
  it('with any number of digits, ties to even', () => {
    for (const [value, digits, text] of golden.fixed as [number, number, string][])
      expect(formatFixed(value, digits)).toBe(text);
  });

  it('as repr', () => {
    for (const [value, text] of golden.repr as [number, string][]) expect(formatFloat(value)).toBe(text);
  });

  it('where they are no numbers', () => {
    expect(formatFixed(NaN, 3)).toBe('nan');
    expect(formatFixed(Infinity, 3)).toBe('inf');
  });

  it('padded by code points, not by UTF-16 units', () => {
    expect(padLeft('😀', 3)).toBe('  😀');
    expect(padLeft('wide enough', 3)).toBe('wide enough');
  });
});
