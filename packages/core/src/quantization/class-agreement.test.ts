import { describe, expect, it } from 'vitest';
import { keyedRandom } from '../random/keyed-random.js';
import { classAgreement, scatteredError } from './class-agreement.js';

const rows = (...values: number[][]) => values.map((row) => Float32Array.from(row));

describe('classAgreement', () => {
  it('takes back what int8 adds to every image', () => {
    const expected = rows([2, 0, 1], [0, 3, 0.5], [1, 2, 4]);
    const actual = expected.map((row) => row.map((value, c) => value + [1, -2, 0.25][c]!));
    const { agreement, shift } = classAgreement(expected, actual);
    expect(agreement).toBe(1);
    shift.forEach((value, c) => expect(value).toBeCloseTo([1, -2, 0.25][c]!, 6));
    expect(scatteredError(expected, actual)).toBeCloseTo(0, 10);
  });

  it('puts every image’s error on every image', () => {
    // Margins of 1 and 5; errors of ±2 between the two logits: the first image loses its class to one of the errors.
    const expected = rows([1, 0], [5, 0]);
    const actual = rows([0, 1], [6, -1]);
    // Shares of 0.5 and 1: a standard deviation of √0.125, over √2.
    expect(classAgreement(expected, actual)).toEqual({ agreement: 0.75, standardError: 0.25, shift: [0, 0] });
    expect(scatteredError(expected, actual)).toBeCloseTo(1, 6);
  });

  it('foretells from 64 images how many of 5,000 others keep their class', () => {
    const random = keyedRandom({ seed: 1, purpose: 'test' });
    const draw = (count: number) => {
      const expected = Array.from({ length: count }, () => Float32Array.from([0, 0, 0], () => 1.6 * random.normal()));
      return { expected, actual: expected.map((row) => row.map((value, c) => value + 0.1 * random.normal() + c)) };
    };
    const few = draw(64);
    const many = draw(5000);
    const { agreement, shift } = classAgreement(few.expected, few.actual);
    const top = (row: Float32Array) => row.indexOf(Math.max(...row));
    const kept = many.expected.filter((row, i) => {
      const corrected = many.actual[i]!.map((value, c) => value - shift[c]!);
      return top(corrected) === top(row);
    });
    expect(Math.abs(kept.length / 5000 - agreement)).toBeLessThan(0.015);
    expect(agreement).toBeLessThan(1);
  });

  it('counts a value that is not a number as no class', () => {
    expect(classAgreement(rows([1, 0]), rows([Number.NaN, 0])).agreement).toBe(0);
    expect(classAgreement(rows([1, 0]), []).agreement).toBe(0);
  });
});
