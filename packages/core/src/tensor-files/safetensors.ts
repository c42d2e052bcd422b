import { quoteNames, reasonOf, WeightsError } from '../errors.js';
import { float16FromFloat32, float32FromFloat16 } from './float16.js';
import { parseUniqueJson } from './unique-json.js';
import { isRecord } from '../is-record.js';

/** A tensor of float32 numbers, C order. */
export interface FloatTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Where a tensor lies in a safetensors file. */
export interface SafetensorsEntry {
  readonly name: string;
  readonly dtype: SafetensorsType;
  readonly shape: readonly number[];
  /** First byte, counted from the file's start. */
  readonly begin: number;
  /** The byte after the last. */
  readonly end: number;
}

/** What a safetensors file holds, without its values. */
export interface SafetensorsHeader {
  readonly entries: readonly SafetensorsEntry[];
  readonly metadata: ReadonlyMap<string, string>;
}

/** Bytes before the header's text: its length, a little-endian 64-bit integer. */
export const safetensorsPrefixLength = 8;

// The reference implementation's limit, so that a hostile length costs no memory.
const maximumHeaderLength = 100_000_000;
// prettier-ignore
const bytesPerValue = {
  F64: 8, F32: 4, F16: 2, BF16: 2, I64: 8, U64: 8, I32: 4, U32: 4, I16: 2, U16: 2, I8: 1, U8: 1, BOOL: 1, F8_E4M3: 1, F8_E5M2: 1,
} as const;

/** Kinds of numbers that a file may hold; only those of 16, 32 and 64 bits with a fraction can be read. */
export type SafetensorsType = keyof typeof bytesPerValue;

/** Kinds of numbers that are written. */
export type WrittenType = 'F32' | 'F16';

/**
 * Writes tensors as a safetensors file: names in the map's order.
 *
 * @param tensors - By name; a name must not be `__metadata__`.
 * @param metadata - Texts kept beside them.
 * @param dtype - `F16` rounds to half precision, in half the space. Default: `F32`.
 * @returns The file's bytes.
 * @throws RangeError if a shape does not match its data, or a name is reserved.
 * @see huggingface/safetensors, format 0.x (oracle: oracles/tensor_files.py)
 * @example `encodeSafetensors(new Map([['conv1/0', { shape: [2, 2], data }]]))`
 */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, FloatTensor>,
  metadata?: Readonly<Record<string, string>>,
  dtype: WrittenType = 'F32',
): Uint8Array {
  for (const [name, { shape, data }] of tensors) {
    if (isShapeOf(shape, data.length)) continue;
    throw new RangeError(
      `tensor ${quoteNames([name])} has shape [${shape.join(', ')}] but ${data.length} values; give as many as the shape holds`,
    );
  }
  const shapes = new Map([...tensors].map(([name, { shape }]) => [name, shape]));
  const header = safetensorsHeader(shapes, { ...(metadata && { metadata }), dtype });
  const values = [...tensors.values()].map(({ data }) => {
    const stored = dtype === 'F16' ? float16FromFloat32(data) : data;
    return new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength);
  });
  const bytes = new Uint8Array(values.reduce((length, part) => length + part.length, header.length));
  bytes.set(header);
  let position = header.length;
  for (const part of values) {
    bytes.set(part, position);
    position += part.length;
  }
  return bytes;
}

/**
 * What stands before the values in a safetensors file, for those who write it piece by piece: the values of each
 * tensor follow in the map's order, without a gap.
 *
 * @param options - `dtype`: of all tensors, float32 by default; `length`: spaces make the header at least that long, a multiple of 8.
 * @throws RangeError if a name is reserved.
 */
export function safetensorsHeader(
  shapes: ReadonlyMap<string, readonly number[]>,
  options: {
    readonly metadata?: Readonly<Record<string, string>>;
    readonly length?: number;
    readonly dtype?: WrittenType;
  } = {},
): Uint8Array {
  const { metadata, length = 0, dtype = 'F32' } = options;
  const fields: [string, unknown][] = metadata === undefined ? [] : [['__metadata__', metadata]];
  let offset = 0;
  for (const [name, shape] of shapes) {
    if (name === '__metadata__') throw new RangeError('a tensor must not be named "__metadata__"; choose another name');
    const end = shape.reduce((product, size) => product * size, bytesPerValue[dtype]) + offset;
    fields.push([name, { dtype, shape, data_offsets: [offset, end] }]);
    offset = end;
  }
  // By hand: an object would put names such as "7" first.
  const json = `{${fields.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')}}`;
  const text = new TextEncoder().encode(json);
  const padded = Math.max(Math.ceil(text.length / 8) * 8, length - safetensorsPrefixLength);
  const header = new Uint8Array(safetensorsPrefixLength + padded).fill(0x20);
  new DataView(header.buffer).setBigUint64(0, BigInt(padded), true);
  header.set(text, safetensorsPrefixLength);
  return header;
}

/**
 * Reads a safetensors file; F16 and BF16 are widened, F64 is rounded. Strict: tensors must fill the file without gap or overlap.
 *
 * @param bytes - The whole file.
 * @returns Tensors in the order in which they lie in the file; their data never share memory with `bytes`.
 * @throws WeightsError if the file breaks the format, or holds other numbers.
 * @example `decodeSafetensors(bytes).tensors.get('conv1/0')?.shape // [2, 2]`
 */
export function decodeSafetensors(bytes: Uint8Array): {
  readonly tensors: Map<string, FloatTensor>;
  readonly metadata: ReadonlyMap<string, string>;
} {
  const length = safetensorsHeaderLength(bytes.subarray(0, safetensorsPrefixLength), bytes.length);
  const text = bytes.subarray(safetensorsPrefixLength, safetensorsPrefixLength + length);
  const { entries, metadata } = parseSafetensorsHeader(text, bytes.length);
  const tensors = new Map(
    entries.map((entry): [string, FloatTensor] => [
      entry.name,
      // A copy also brings the values to an address that a Float32Array accepts.
      { shape: entry.shape, data: float32FromSafetensors(copyOf(bytes.subarray(entry.begin, entry.end)), entry) },
    ]),
  );
  return { tensors, metadata };
}

/**
 * The length of the header's text, for those who read a file piece by piece.
 * @param prefix - The file's first 8 bytes.
 * @param fileLength - The size of the whole file.
 * @throws WeightsError if no header of that length can be there.
 */
export function safetensorsHeaderLength(prefix: Uint8Array, fileLength: number): number {
  if (prefix.length < safetensorsPrefixLength) throw broken(`it has ${prefix.length} bytes; the shortest has 10`);
  const length = new DataView(prefix.buffer, prefix.byteOffset).getBigUint64(0, true);
  const room = fileLength - safetensorsPrefixLength;
  if (length > maximumHeaderLength || length > room) {
    throw broken(`its header claims ${length} bytes, but ${room} follow and ${maximumHeaderLength} are allowed`);
  }
  return Number(length);
}

/**
 * Reads the header's text, for those who read a file piece by piece.
 * @param text - As many bytes after the prefix as {@link safetensorsHeaderLength} says.
 * @param fileLength - The size of the whole file.
 * @throws WeightsError if the header breaks the format or does not fit the file.
 */
export function parseSafetensorsHeader(text: Uint8Array, fileLength: number): SafetensorsHeader {
  const fields = parseFields(text);
  const metadata = parseMetadata(fields.get('__metadata__'));
  fields.delete('__metadata__');
  const start = safetensorsPrefixLength + text.length;
  const entries = [...fields]
    .map(([name, field]) => parseEntry(name, field, start))
    .sort((a, b) => a.begin - b.begin || a.end - b.end);
  let position = start;
  for (const { name, begin, end } of entries) {
    if (begin !== position) throw broken(`tensor ${quoteNames([name])} leaves a gap or lies over another`);
    position = end;
  }
  if (position !== fileLength) throw broken(`its tensors end at byte ${position} of ${fileLength}`);
  return { entries, metadata };
}

/**
 * The values of one tensor.
 * @param bytes - Exactly its bytes, at any address; values of F32 may share memory with them.
 * @throws WeightsError for numbers that are whole, or smaller than 16 bits.
 */
export function float32FromSafetensors(
  bytes: Uint8Array,
  { name, dtype }: Pick<SafetensorsEntry, 'name' | 'dtype'>,
): Float32Array {
  const aligned = bytes.byteOffset % bytesPerValue[dtype] === 0 ? bytes : copyOf(bytes);
  const { buffer, byteOffset, byteLength } = aligned;
  if (dtype === 'F32') return new Float32Array(buffer, byteOffset, byteLength / 4);
  if (dtype === 'F64') return Float32Array.from(new Float64Array(buffer, byteOffset, byteLength / 8));
  if (dtype === 'F16') return float32FromFloat16(new Uint16Array(buffer, byteOffset, byteLength / 2));
  // The upper half of a float32's bits.
  if (dtype === 'BF16') {
    const bits = Uint32Array.from(new Uint16Array(buffer, byteOffset, byteLength / 2), (half) => half << 16);
    return new Float32Array(bits.buffer);
  }
  throw broken(`tensor ${quoteNames([name])} has numbers of kind "${dtype}"; F32, F16, BF16 and F64 can be read`);
}

/** Not `slice`, which gives a view where the bytes are a `Buffer` of Node's. */
function copyOf(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}

function parseFields(text: Uint8Array): Map<string, unknown> {
  let value: unknown;
  try {
    value = parseUniqueJson(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(text));
  } catch (cause) {
    throw broken(`its header is no JSON: ${reasonOf(cause)}`, cause);
  }
  // The reference implementation demands the brace first; spaces may follow the last.
  if (!isRecord(value) || text[0] !== 0x7b) throw broken('its header is no JSON object');
  return new Map(Object.entries(value));
}

function parseMetadata(field: unknown): ReadonlyMap<string, string> {
  if (field === undefined) return new Map();
  const entries = isRecord(field) ? Object.entries(field) : undefined;
  if (entries?.every((entry): entry is [string, string] => typeof entry[1] === 'string')) return new Map(entries);
  throw broken('its metadata is no object of texts');
}

function parseEntry(name: string, field: unknown, start: number): SafetensorsEntry {
  const quoted = quoteNames([name]);
  if (!isRecord(field)) throw broken(`tensor ${quoted} is not described by an object`);
  const { dtype, shape, data_offsets: offsets, ...others } = field;
  if (!isType(dtype)) throw broken(`tensor ${quoted} has numbers of an unknown kind ${JSON.stringify(dtype)}`);
  if (!isSizes(shape)) throw broken(`tensor ${quoted} has no proper shape`);
  if (!isSizes(offsets) || offsets.length !== 2) throw broken(`tensor ${quoted} has no proper data_offsets`);
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw broken(`tensor ${quoted} has an unknown field ${quoteNames([unknown])}`);
  const [begin = 0, end = 0] = offsets;
  if (!isShapeOf(shape, (end - begin) / bytesPerValue[dtype])) {
    throw broken(`tensor ${quoted} has shape [${shape.join(', ')}] but ${end - begin} bytes of ${dtype}`);
  }
  return { name, dtype, shape, begin: start + begin, end: start + end };
}

function isType(value: unknown): value is SafetensorsType {
  return typeof value === 'string' && Object.hasOwn(bytesPerValue, value);
}

function isShapeOf(shape: readonly number[], count: number): boolean {
  return isSizes(shape) && shape.reduce((product, size) => product * size, 1) === count;
}

function isSizes(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

function broken(reason: string, cause?: unknown): WeightsError {
  return new WeightsError(`these bytes are no safetensors file: ${reason}; fetch or write the file again`, { cause });
}
