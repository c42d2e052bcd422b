import { float32FromFloat16 } from '@graft-ml/core/tensor-files';
import { addressAt, expectPlain } from './file-pieces.js';

/** What values are stored as. `size` in bytes. */
type ValueType =
  | { readonly kind: 'float'; readonly size: 2 | 4 | 8 }
  | { readonly kind: 'integer'; readonly size: number }
  | { readonly kind: 'text'; readonly size: number }
  | { readonly kind: 'textReference'; readonly size: 16 }
  | { readonly kind: 'other'; readonly size: number };

/** Where exponent and mantissa lie, and the exponent's bias: IEEE 754, little-endian. */
const floats = {
  2: [16, 10, 5, 0, 10, 15],
  4: [32, 23, 8, 0, 23, 127],
  8: [64, 52, 11, 0, 52, 1023],
} as const;

/** @see HDF5 File Format Specification, IV.A.2.d "The Datatype Message" */
export function readValueType(data: Buffer): ValueType {
  expectPlain(data.length >= 8, 'a type');
  const [head = 0, flags = 0] = data;
  const size = data.readUInt32LE(4);
  expectPlain(size > 0, 'a size');
  switch (head & 15) {
    case 0:
      return { kind: (flags & 1) === 0 ? 'integer' : 'other', size };
    case 1:
      return readFloat(data, size);
    case 3:
      return { kind: 'text', size };
    case 9:
      return (flags & 15) === 1 && size === 16 ? { kind: 'textReference', size } : { kind: 'other', size };
    default:
      return { kind: 'other', size };
  }
}

function readFloat(data: Buffer, size: number): ValueType {
  const other: ValueType = { kind: 'other', size };
  if (size !== 2 && size !== 4 && size !== 8) return other;
  // Byte order, VAX included, and padding; then the place of the sign, and a mantissa whose first bit is not stored.
  const [, flags = 0, signBit = 0] = data;
  if (data.length < 20 || flags !== 0x20 || signBit !== size * 8 - 1) return other;
  const found = [data.readUInt16LE(10), data[12], data[13], data[14], data[15], data.readUInt32LE(16)];
  const isPlain = data.readUInt16LE(8) === 0 && floats[size].every((value, i) => value === found[i]);
  return isPlain ? { kind: 'float', size } : other;
}

/** How to make float32 of stored bytes; undefined if the type holds no weights. @param shape - Whole numbers in a row are none. */
export function float32Converter(
  type: ValueType,
  shape: readonly number[],
): ((bytes: ArrayBuffer) => Float32Array) | undefined {
  // Keras' normalisation layers hold a count.
  if (type.kind === 'integer' && shape.length === 0) {
    if (type.size === 4) return (bytes) => Float32Array.from(new Int32Array(bytes));
    if (type.size === 8) return (bytes) => Float32Array.from(new BigInt64Array(bytes), Number);
  }
  if (type.kind !== 'float') return undefined;
  if (type.size === 2) return (bytes) => float32FromFloat16(new Uint16Array(bytes));
  if (type.size === 4) return (bytes) => new Float32Array(bytes);
  return (bytes) => Float32Array.from(new Float64Array(bytes));
}

const mostDimensions = 32;

/** @see HDF5 File Format Specification, IV.A.2.b "The Dataspace Message" */
export function readShape(data: Buffer): number[] {
  const [version, rank = 0, , type] = data;
  expectPlain(data.length >= 4 && rank <= mostDimensions, 'a shape');
  // In version 2 a shape can be null: no values, and no shape either.
  expectPlain(version === 1 || (version === 2 && type !== 2), 'a shape of version 1 or 2');
  const start = version === 1 ? 8 : 4;
  return Array.from({ length: rank }, (_, axis) => {
    const size = addressAt(data, start + axis * 8);
    expectPlain(size !== undefined && Number.isSafeInteger(size), 'a size');
    return size;
  });
}
