import { describe, expect, it } from 'vitest';
import { EngineError } from '../errors.js';
import { normalizeMap } from './heat-map.js';

describe('normalizeMap', () => {
  it('keeps what is positive, the largest as 1', () => {
    const { values, peak } = normalizeMap(Float64Array.of(-3, 0, 1, 4));
    expect([...values]).toEqual([0, 0, 0.25, 1]);
    expect(peak).toBe(4);
  });

  it('gives zeros where nothing is positive', () => {
    const { values, peak } = normalizeMap(Float64Array.of(-3, 0));
    expect([...values]).toEqual([0, 0]);
    expect(peak).toBe(0);
  });

  it('reaches 1 also where the largest value is tiny', () => {
    expect(Math.max(...normalizeMap(Float64Array.of(1e-320, 0)).values)).toBe(1);
  });

  it.each([Number.NaN, Infinity])('refuses %s', (value) => {
    expect(() => normalizeMap(Float64Array.of(1, value))).toThrow(EngineError);
  });
});
