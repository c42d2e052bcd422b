import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import golden from '../../test/golden/tensor-files.json';
import { WeightsError } from '../errors.js';
import { fillUniform } from '../weights/weight-formula.js';
import { float16FromFloat32, float32FromFloat16 } from './float16.js';
import { decodeSafetensors, encodeSafetensors, safetensorsHeaderLength, type FloatTensor } from './safetensors.js';

const fromBase64 = (text: string) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));

function formulaTensor(name: string, shape: readonly number[]): FloatTensor {
  const data = new Float32Array(shape.reduce((product, size) => product * size, 1));
  fillUniform(data, { key: { seed: 1, layer: name, index: 0 }, offset: 0, spread: 3 });
  return { shape, data };
}

/** A file with this header text and so many bytes of values. */
function fileOf(header: string, valueBytes = 0): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + valueBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

const tensorText = (fields: object) => JSON.stringify({ dtype: 'F32', shape: [1], data_offsets: [0, 4], ...fields });

describe('decodeSafetensors', () => {
  it('reads what the reference implementation wrote, bit for bit', () => {
    const { tensors, metadata } = decodeSafetensors(fromBase64(golden.safetensors.file));
    const expected = Object.entries(golden.safetensors.shapes).map(
      ([name, shape]) => [name, formulaTensor(name, shape)] as const,
    );
    expect(tensors).toEqual(new Map(expected));
    expect(metadata).toEqual(new Map([['note', 'größe']]));
  });

  it('widens F16 as numpy does', () => {
    const { tensors } = decodeSafetensors(fromBase64(golden.float16.file));
    expect(tensors.get('half')?.data).toEqual(new Float32Array(fromBase64(golden.float16.values).buffer));
  });

  it('gives back F16 rounded to half precision, in half the space', () => {
    const tensor = formulaTensor('half', [3, 5, 7]);
    const tensors = new Map([['half', tensor]]);
    const bytes = encodeSafetensors(tensors, undefined, 'F16');
    expect(encodeSafetensors(tensors).length - bytes.length).toBe(2 * tensor.data.length);
    const rounded = float32FromFloat16(float16FromFloat32(tensor.data));
    expect(decodeSafetensors(bytes).tensors).toEqual(new Map([['half', { shape: [3, 5, 7], data: rounded }]]));
  });

  it('gives back whatever was encoded', () => {
    const tensor = fc.array(fc.nat(4), { maxLength: 4 }).chain((shape) => {
      const length = shape.reduce((product, size) => product * size, 1);
      return fc.record({ shape: fc.constant(shape), data: fc.float32Array({ minLength: length, maxLength: length }) });
    });
    const name = fc.string({ unit: 'grapheme' }).filter((text) => text !== '__metadata__');
    fc.assert(
      fc.property(
        fc.array(fc.tuple(name, tensor), { maxLength: 6 }),
        fc.dictionary(fc.string(), fc.string()),
        fc.nat(7),
        (entries, metadata, shift) => {
          const tensors = new Map<string, FloatTensor>(entries);
          const bytes = encodeSafetensors(tensors, metadata);
          // At any address: a Float32Array takes only multiples of four.
          const moved = new Uint8Array(bytes.length + shift);
          moved.set(bytes, shift);
          const decoded = decodeSafetensors(moved.subarray(shift));
          expect(decoded.tensors).toEqual(tensors);
          expect(decoded.metadata).toEqual(new Map(Object.entries(metadata)));
        },
      ),
    );
  });

  it('refuses a file cut short or lengthened anywhere', () => {
    const whole = fromBase64(golden.safetensors.file);
    for (let length = 0; length < whole.length; length += 1) {
      expect(() => decodeSafetensors(whole.subarray(0, length))).toThrow(WeightsError);
    }
    expect(() => decodeSafetensors(Uint8Array.of(...whole, 0))).toThrow(/end at byte/);
  });

  it('never fails otherwise than with a WeightsError, whatever the bytes', () => {
    const whole = fromBase64(golden.safetensors.file);
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), (position, value) => {
        const bytes = Uint8Array.from(whole);
        bytes[position] = value;
        try {
          decodeSafetensors(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(WeightsError);
        }
      }),
    );
  });

  it('refuses a header of exabytes at once, without taking memory', () => {
    const prefix = new Uint8Array(8).fill(0xff);
    expect(() => decodeSafetensors(prefix)).toThrow(/claims 18446744073709551615 bytes/);
    expect(() => safetensorsHeaderLength(prefix, 2 ** 53 - 1)).toThrow(/100000000 are allowed/);
  });

  it.each([
    { what: 'no JSON', header: '{', valueBytes: 0, reason: /is no JSON/ },
    { what: 'no object', header: '[]', valueBytes: 0, reason: /no JSON object/ },
    { what: 'spaces first', header: ' {}', valueBytes: 0, reason: /no JSON object/ },
    {
      what: 'a key twice',
      header: `{"a":${tensorText({})},"a":${tensorText({})}}`,
      valueBytes: 4,
      reason: /"a" stands twice/,
    },
    {
      what: 'a key twice in disguise',
      header: `{"a":${tensorText({})},"\\u0061":${tensorText({})}}`,
      valueBytes: 4,
      reason: /stands twice/,
    },
    {
      what: 'a field twice',
      header: '{"a":{"dtype":"F32","dtype":"F16","shape":[1],"data_offsets":[0,4]}}',
      valueBytes: 4,
      reason: /"dtype" stands twice/,
    },
    {
      what: 'an unknown field',
      header: `{"a":${tensorText({ strides: [1] })}}`,
      valueBytes: 4,
      reason: /unknown field "strides"/,
    },
    {
      what: 'an unknown kind of number',
      header: `{"a":${tensorText({ dtype: 'BF17' })}}`,
      valueBytes: 4,
      reason: /unknown kind "BF17"/,
    },
    {
      what: 'a negative size',
      header: `{"a":${tensorText({ shape: [-1] })}}`,
      valueBytes: 4,
      reason: /no proper shape/,
    },
    {
      what: 'a fractional size',
      header: `{"a":${tensorText({ shape: [0.5, 2] })}}`,
      valueBytes: 4,
      reason: /no proper shape/,
    },
    {
      what: 'sizes that overflow',
      header: `{"a":${tensorText({ shape: [2 ** 32, 2 ** 32] })}}`,
      valueBytes: 4,
      reason: /but 4 bytes/,
    },
    {
      what: 'offsets in reverse',
      header: `{"a":${tensorText({ data_offsets: [4, 0] })}}`,
      valueBytes: 4,
      reason: /but -4 bytes/,
    },
    {
      what: 'three offsets',
      header: `{"a":${tensorText({ data_offsets: [0, 4, 8] })}}`,
      valueBytes: 4,
      reason: /no proper data_offsets/,
    },
    {
      what: 'offsets outside',
      header: `{"a":${tensorText({ data_offsets: [4, 8] })}}`,
      valueBytes: 4,
      reason: /leaves a gap/,
    },
    { what: 'values missing', header: `{"a":${tensorText({})}}`, valueBytes: 0, reason: /end at byte/ },
    {
      what: 'an overlap',
      header: `{"a":${tensorText({})},"b":${tensorText({})}}`,
      valueBytes: 4,
      reason: /leaves a gap or lies over another/,
    },
    {
      what: 'metadata of other kinds',
      header: '{"__metadata__":{"a":1}}',
      valueBytes: 0,
      reason: /metadata is no object of texts/,
    },
    { what: 'a tensor that is no object', header: '{"a":null}', valueBytes: 0, reason: /not described by an object/ },
  ])('refuses a header with $what', ({ header, valueBytes, reason }) => {
    expect(() => decodeSafetensors(fileOf(header, valueBytes))).toThrow(reason);
    expect(() => decodeSafetensors(fileOf(header, valueBytes))).toThrow(WeightsError);
  });

  it('widens BF16, the upper half of a float32, and rounds F64', () => {
    const header = JSON.stringify({
      wide: { dtype: 'F64', shape: [2], data_offsets: [0, 16] },
      half: { dtype: 'BF16', shape: [4], data_offsets: [16, 24] },
    });
    const file = fileOf(header, 24);
    const values = new DataView(file.buffer, file.byteOffset + file.length - 24);
    [0.1, -(2 ** 60)].forEach((value, index) => values.setFloat64(8 * index, value, true));
    [0x3f80, 0xc049, 0x0001, 0x8000].forEach((bits, index) => values.setUint16(16 + 2 * index, bits, true));
    const { tensors } = decodeSafetensors(file);
    expect(tensors.get('wide')?.data).toEqual(Float32Array.of(0.1, -(2 ** 60)));
    expect(tensors.get('half')?.data).toEqual(Float32Array.of(1, -3.140625, 2 ** -133, -0));
  });

  it('refuses numbers of another kind in a real file', () => {
    expect(() => decodeSafetensors(fromBase64(golden.integers))).toThrow(/"steps" has numbers of kind "I64"/);
  });

  it('reads a Buffer of Node, at any address, and keeps none of its memory', () => {
    for (const dtype of ['F32', 'F16', 'BF16', 'F64']) {
      for (const spaces of ['', ' ', '  ']) {
        const size = { F32: 4, F16: 2, BF16: 2, F64: 8 }[dtype] ?? 0;
        const bytes = Buffer.from(fileOf(`{"a":${tensorText({ dtype, data_offsets: [0, size] })}}${spaces}`, size));
        const data = decodeSafetensors(bytes).tensors.get('a')?.data;
        bytes.fill(0xff);
        expect(data).toEqual(Float32Array.of(0));
      }
    }
  });

  it('takes a header with spaces after it, and names of prototypes', () => {
    const header = `{"__proto__":${tensorText({})}}   `;
    expect(decodeSafetensors(fileOf(header, 4)).tensors.get('__proto__')?.data).toEqual(Float32Array.of(0));
  });
});

describe('encodeSafetensors', () => {
  it('begins the values at a multiple of eight, as the reference implementation does', () => {
    const bytes = encodeSafetensors(new Map([['odd', formulaTensor('odd', [3])]]));
    expect((bytes.length - 12) % 8).toBe(0);
  });

  it('refuses a shape that does not match, and the reserved name', () => {
    expect(() => encodeSafetensors(new Map([['a', { shape: [2, 2], data: new Float32Array(3) }]]))).toThrow(
      new RangeError('tensor "a" has shape [2, 2] but 3 values; give as many as the shape holds'),
    );
    expect(() => encodeSafetensors(new Map([['__metadata__', formulaTensor('a', [1])]]))).toThrow(RangeError);
  });
});
