import { describe, expect, it } from 'vitest';
import { readQuantizationGolden } from '../../test/quantization-golden.js';
import { activationParameters, quantizeBias, quantizeKernel } from './affine-parameters.js';

const { activationRanges } = readQuantizationGolden();

describe('activationParameters', () => {
  it.for(activationRanges)('gives onnxruntime’s scale and zero point for $range', ({ range, scale, zeroPoint }) => {
    expect(activationParameters(range)).toEqual({ scale, zeroPoint });
  });

  it('refuses a range that is not finite', () => {
    for (const range of [
      [Number.NaN, 1],
      [0, Number.POSITIVE_INFINITY],
    ] as const) {
      expect(() => activationParameters(range)).toThrow('int8 needs finite values');
    }
  });
});

describe('quantizeKernel', () => {
  it('stays within the range of its bits, symmetric, with an own scale for each output channel', () => {
    const kernel = Float32Array.of(0.5, -1, 0.25, 100, -50, 3);
    for (const [bits, limit] of [
      [7, 64],
      [8, 127],
    ] as const) {
      const { values, scales } = quantizeKernel(kernel, { channels: 2, bits, inputScale: 1 });
      expect([values[1], values[3]]).toEqual([-limit, limit]);
      expect([...scales]).toEqual([Math.fround(1 / limit), Math.fround(100 / limit)]);
    }
  });

  it('keeps a channel of zeros at zero, and its bias within int32', () => {
    const bias = Float32Array.of(3, 1e6);
    const { values, scales } = quantizeKernel(new Float32Array(6), { channels: 2, bits: 8, inputScale: 1e-6, bias });
    expect([...values]).toEqual([0, 0, 0, 0, 0, 0]);
    const stored = quantizeBias(bias, { input: 1e-6, kernel: scales });
    bias.forEach((value, c) => expect((stored[c]! * 1e-6 * scales[c]!) / value).toBeCloseTo(1, 5));
  });

  it('refuses weights that are not finite', () => {
    expect(() => quantizeKernel(Float32Array.of(Number.NaN), { channels: 1, bits: 8, inputScale: 1 })).toThrow(
      RangeError,
    );
    expect(() => quantizeKernel(Float32Array.of(Infinity), { channels: 1, bits: 8, inputScale: 1 })).toThrow(
      RangeError,
    );
  });
});
