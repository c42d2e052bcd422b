import { crc32 } from 'node:zlib';
import { float16FromFloat32, float32FromFloat16 } from '@graft-ml/core/tensor-files';

/** How numbers are kept: `float16` takes half the space. */
export type CacheDtype = 'float32' | 'float16';

// An entry: one byte for its layout, three unused, the CRC-32 of key and numbers, the numbers. LMDB checks nothing that it reads.
const HEADER_BYTES = 8;
const LAYOUTS: Readonly<Record<CacheDtype, number>> = { float32: 1, float16: 2 };

/** What is read back from numbers kept in this way. Numbers too large for 16 bits stay in 32, with all of their neighbours. */
export function roundedAs(dtype: CacheDtype, activations: Float32Array): Float32Array {
  return dtype === 'float32' ? activations : (asFloat16(activations)?.values ?? activations);
}

/** Whose entry it is. */
export interface EntryContext {
  readonly key: string;
  /** How numbers are kept, or wanted. */
  readonly dtype: CacheDtype;
}

/** @returns The bytes to store. */
export function encodeEntry(activations: Float32Array, { key, dtype }: EntryContext): Buffer {
  const half = dtype === 'float16' ? asFloat16(activations)?.bits : undefined;
  const { buffer, byteOffset, byteLength } = half ?? activations;
  const bytes = Buffer.alloc(HEADER_BYTES + byteLength);
  bytes.set(new Uint8Array(buffer, byteOffset, byteLength), HEADER_BYTES);
  bytes.writeUInt8(half ? LAYOUTS.float16 : LAYOUTS.float32, 0);
  bytes.writeUInt32LE(crc32(bytes.subarray(HEADER_BYTES), crc32(key)), 4);
  return bytes;
}

/** @returns Undefined for what is damaged, of another key or layout, or kept in 16 bits where 32 are wanted. */
export function decodeEntry(bytes: Uint8Array, { key, dtype }: EntryContext): Float32Array | undefined {
  const layout = bytes[0];
  const content = bytes.subarray(HEADER_BYTES);
  if (bytes.length <= HEADER_BYTES || (layout === LAYOUTS.float16 && dtype === 'float32')) return undefined;
  const size = layout === LAYOUTS.float32 ? 4 : 2;
  if (layout !== LAYOUTS.float32 && layout !== LAYOUTS.float16) return undefined;
  const checksum = new DataView(bytes.buffer, bytes.byteOffset, HEADER_BYTES).getUint32(4, true);
  if (content.length % size !== 0 || checksum !== crc32(content, crc32(key))) return undefined;
  // A copy: the bytes may lie unaligned, and in memory that LMDB uses again.
  const copy = new Uint8Array(content).buffer;
  return size === 2 ? float32FromFloat16(new Uint16Array(copy)) : roundedAs(dtype, new Float32Array(copy));
}

function asFloat16(activations: Float32Array): { bits: Uint16Array; values: Float32Array } | undefined {
  const bits = float16FromFloat32(activations);
  const values = float32FromFloat16(bits);
  const isTooLarge = values.some((value, index) => Number.isFinite(activations[index]) && !Number.isFinite(value));
  return isTooLarge ? undefined : { bits, values };
}
