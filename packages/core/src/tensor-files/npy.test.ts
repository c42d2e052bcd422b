import fc from 'fast-check';
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

  it('leaves as much room as numpy where the text ends at a multiple of 64', () => {
    // 10 bytes, 117 of text and a line feed are 128; numpy.lib.format.write_array_header_1_0 writes 192.
    const shape = [1, 111_111_111, 111_111_111, 111_111_111, 111_111];
    expect(npyHeader(shape)).toHaveLength(192);
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
    expect(() => npyHeader(Array.from({ length: 65 }, () => 1))).toThrow('numpy reads at most 64');
  });

  it('states any shape so that a reader of the format finds it, and the values at a multiple of 64', () => {
    const size = fc.oneof(fc.nat(9), fc.maxSafeNat());
    fc.assert(
      fc.property(fc.array(size, { maxLength: 64 }), (shape) => {
        const header = npyHeader(shape);
        const view = new DataView(header.buffer);
        expect([...header.subarray(0, 8)]).toEqual([0x93, ...new TextEncoder().encode('NUMPY'), 1, 0]);
        expect([10 + view.getUint16(8, true), header.length % 64]).toEqual([header.length, 0]);
        const [, sizes = '?'] =
          /^\{.*'shape': \((.*)\), \} *\n$/.exec(new TextDecoder().decode(header.subarray(10))) ?? [];
        // A tuple of one ends in a comma.
        expect(sizes.split(/,\s*/).filter((text) => text !== '')).toEqual(shape.map(String));
      }),
    );
  });
});
