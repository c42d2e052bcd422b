// Ways to damage bytes, and the small formats that the corpus writes by hand.
import { createHash } from 'node:crypto';
import { crc32, deflateRawSync, deflateSync } from 'node:zlib';

/** Whole numbers below a bound, from a text alone. */
export function numbers(text) {
  let count = 0;
  return (bound) => createHash('sha256').update(`${text}/${count++}`).digest().readUInt32LE() % bound;
}

/** Flips as many bits as asked for, past the first bytes. */
export function flipBits(bytes, { count, seed, after = 0 }) {
  const random = numbers(seed);
  const damaged = Buffer.from(bytes);
  for (let i = 0; i < count; i += 1) damaged[after + random(damaged.length - after)] ^= 1 << random(8);
  return damaged;
}

export const concatenate = (...parts) => Buffer.concat(parts.map((part) => Buffer.from(part)));

const number32 = (value) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
};

function pngChunk(kind, data) {
  const body = concatenate(Buffer.from(kind, 'latin1'), data);
  return concatenate(number32(data.length), body, number32(crc32(body)));
}

/**
 * A PNG by hand: what its header says and what its data hold need not agree.
 * @param image - `rows` is how many rows of zeros the data hold, where that is not `height`.
 */
export function png({ width, height, depth = 8, color = 0, rows = height, extra = [] }) {
  const header = concatenate(number32(width), number32(height), [depth, color, 0, 0, 0]);
  const channels = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }[color] ?? 1;
  const row = 1 + Math.ceil((width * channels * depth) / 8);
  return concatenate(
    [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
    pngChunk('IHDR', header),
    ...extra.map(([kind, data]) => pngChunk(kind, Buffer.from(data))),
    pngChunk('IDAT', deflateSync(Buffer.alloc(Math.min(row * rows, 64_000_000)))),
    pngChunk('IEND', Buffer.alloc(0)),
  );
}

/** A JPEG whose header claims another size. */
export function claimSize(jpeg, { width, height }) {
  const bytes = Buffer.from(jpeg);
  for (let at = 2; at < bytes.length - 8;) {
    const marker = bytes[at + 1];
    if (marker >= 0xc0 && marker <= 0xc2) {
      bytes.writeUInt16BE(height, at + 5);
      bytes.writeUInt16BE(width, at + 7);
      return bytes;
    }
    at += 2 + bytes.readUInt16BE(at + 2);
  }
  throw new Error('this JPEG has no frame');
}

/**
 * A ZIP by hand. Each entry: `name`, `data`, and what its headers claim where that differs (`size`, `packed`, `crc`, `method`,
 * `flags`, `attributes`).
 */
export function zip(entries, { comment = '', shift = 0 } = {}) {
  const locals = [];
  const central = [];
  let offset = 0;
  for (const entry of entries) {
    const name = Buffer.from(entry.name);
    const data = Buffer.from(entry.data ?? '');
    const { method = 0, flags = 0, attributes = 0 } = entry;
    const stored = method === 8 ? (entry.deflated ?? deflateRawSync(data)) : data;
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(flags, 2);
    fields.writeUInt16LE(method, 4);
    fields.writeUInt32LE(entry.crc ?? crc32(data), 10);
    fields.writeUInt32LE(entry.packed ?? stored.length, 14);
    fields.writeUInt32LE(entry.size ?? data.length, 18);
    fields.writeUInt16LE(name.length, 22);
    const local = concatenate('PK\u0003\u0004', fields, name, stored);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(attributes, 6);
    place.writeUInt32LE((entry.offset ?? offset) + shift, 10);
    central.push(concatenate('PK\u0001\u0002', [20, 0], fields, place, name));
    locals.push(local);
    offset += local.length;
  }
  const directory = concatenate(...central);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(offset + shift, 12);
  end.writeUInt16LE(comment.length, 16);
  return concatenate(...locals, directory, 'PK\u0005\u0006', end, comment);
}

/** Zeros, deflated: a piece of them again and again, each ending where another may begin. */
export function packedZeros(bytes) {
  const size = 2 ** 24;
  const piece = deflateRawSync(Buffer.alloc(size), { level: 9, finishFlush: 3 });
  return concatenate(...Array.from({ length: Math.ceil(bytes / size) }, () => piece), [3, 0]);
}

/** A ZIP of one packed entry whose size needs more than 32 bits. */
export function zip64(name, packed, size) {
  const extra = Buffer.alloc(20);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(16, 2);
  extra.writeBigUInt64LE(BigInt(size), 4);
  extra.writeBigUInt64LE(BigInt(packed.length), 12);
  const all = 0xff_ff_ff_ff;
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(45, 0);
  fields.writeUInt16LE(8, 4);
  for (const at of [14, 18]) fields.writeUInt32LE(all, at);
  fields.writeUInt16LE(name.length, 22);
  fields.writeUInt16LE(extra.length, 24);
  const local = concatenate('PK\u0003\u0004', fields, name, extra, packed);
  const central = concatenate('PK\u0001\u0002', [45, 0], fields, Buffer.alloc(14), name, extra);
  const end = Buffer.alloc(18);
  for (const at of [4, 6]) end.writeUInt16LE(1, at);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(local.length, 12);
  return concatenate(local, central, 'PK\u0005\u0006', end);
}

/** A safetensors file; `length` is what its first eight bytes claim. */
export function safetensors(header, { data = Buffer.alloc(0), length } = {}) {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(length ?? text.length));
  return concatenate(size, text, data);
}
