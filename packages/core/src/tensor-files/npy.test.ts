import { describe, expect, it } from 'vitest';
import golden from '../../test/golden/tensor-files.json';
import { fillUniform } from '../weights/weight-formula.js';
import { encodeNpy, npyHeader } from './npy.js';

describe('encodeNpy', () => {
  it.each(golden.npy)('writes byte for byte what numpy writes: shape $shape', ({ shape, file }) => {
    const data = new Float32Array(shape.reduce((product, size) => product * size, 1));
    fillUniform(data, { key: { seed: 1, layer: 'npy', index: 0 }, offset: 0, spread: 3 });
    expect(btoa(String.fromCharCode(...encodeNpy(shape, data)))).toBe(file);
  });

  it('writes only the values of a view', () => {
    const view = Float32Array.of(9, 1, 2, 9).subarray(1, 3);
    expect(encodeNpy([2], view)).toEqual(encodeNpy([2], Float32Array.of(1, 2)));
  });

  it('refuses a shape that does not match, or is none', () => {
    expect(() => encodeNpy([2, 2], new Float32Array(3))).toThrow(
      new RangeError('shape [2, 2] holds 4 values, but 3 were given; make them equal'),
    );
    expect(() => npyHeader([1.5])).toThrow(RangeError);
    expect(() => npyHeader([-1])).toThrow(RangeError);
  });
});
