import { describe, expect, it } from 'vitest';
import { float16FromFloat32, float32FromFloat16 } from './float16.js';

const every16Bits = Uint16Array.from({ length: 65_536 }, (_, bits) => bits);

describe('float16FromFloat32', () => {
  it('gives back every half-precision number', () => {
    const values = float32FromFloat16(every16Bits);
    const back = float16FromFloat32(values);
    for (const bits of every16Bits) {
      if (Number.isNaN(values[bits])) expect(back[bits]! & 0x7fff).toBe(0x7e00);
      else if (back[bits] !== bits) expect([back[bits], bits]).toEqual([bits, bits]);
    }
  });

  it('rounds to the nearest, ties to even, between every two neighbours', () => {
    const values = float32FromFloat16(every16Bits);
    for (let bits = 0; bits < 0x7bff; bits++) {
      const [lower, upper] = [values[bits]!, values[bits + 1]!];
      const middle = (lower + upper) / 2;
      const even = bits % 2 === 0 ? bits : bits + 1;
      const rounded = float16FromFloat32(
        Float32Array.of(middle, -middle, lower + (upper - lower) * 0.51, lower + (upper - lower) * 0.49),
      );
      const expected = [even, even | 0x8000, bits + 1, bits];
      if (rounded.some((value, i) => value !== expected[i])) expect([...rounded]).toEqual(expected);
    }
  });

  it('makes infinity of what is too large, and zero of what is too small', () => {
    const values = Float32Array.of(65_519.99, 65_520, 1e10, -Infinity, 2 ** -25, 2 ** -24, -0, 1e-30);
    expect([...float16FromFloat32(values)]).toEqual([0x7bff, 0x7c00, 0x7c00, 0xfc00, 0, 1, 0x8000, 0]);
  });
});
