import { expectPlain, requiredAddressAt, type FilePieces } from './file-pieces.js';

/** One fact about an object. */
export interface HeaderMessage {
  readonly type: number;
  readonly data: Buffer;
}

/** Types of messages that are read here. */
export const messageTypes = {
  dataspace: 0x01,
  datatype: 0x03,
  layout: 0x08,
  attribute: 0x0c,
  symbolTable: 0x11,
} as const;

/** Says nothing that is needed: nothing at all, values for what was never written, comments, times. */
const ignored = new Set([0x00, 0x04, 0x05, 0x0d, 0x0e, 0x12]);
const continuation = 0x10;
const known = new Set<number>([...Object.values(messageTypes), ...ignored, continuation]);

const prefixLength = 16;
const messagePrefix = 8;
const mostMessages = 10_000;
/** Most headers are shorter: one piece is all that is read. */
const firstPiece = 1024;

/**
 * Reads an object's header.
 * @throws NotPlainError for headers of another version, shared messages, and messages of types not known here.
 * @see HDF5 File Format Specification, IV.A.1.a "Version 1 Data Object Header Prefix"
 */
export function readObjectHeader(file: FilePieces, address: number): HeaderMessage[] {
  const start = file.readSome(address, firstPiece);
  expectPlain(start.length >= prefixLength && start[0] === 1, 'a header of version 1');
  const count = start.readUInt16LE(2);
  const length = start.readUInt32LE(8);
  expectPlain(count <= mostMessages, 'a sensible number of messages');
  const whole = prefixLength + length <= start.length;
  const blocks = [
    whole ? start.subarray(prefixLength, prefixLength + length) : file.read(address + prefixLength, length),
  ];
  const messages: HeaderMessage[] = [];
  let read = 0;
  for (const block of blocks) {
    let at = 0;
    while (at + messagePrefix <= block.length && read < count) {
      const type = block.readUInt16LE(at);
      const end = at + messagePrefix + block.readUInt16LE(at + 2);
      expectPlain(known.has(type) && end <= block.length, 'a known message');
      // Shared messages stand elsewhere.
      expectPlain(((block[at + 4] as number) & 2) === 0, 'a message of its own');
      const data = block.subarray(at + messagePrefix, end);
      if (type === continuation) blocks.push(file.read(requiredAddressAt(data, 0), requiredAddressAt(data, 8)));
      else if (!ignored.has(type)) messages.push({ type, data });
      read += 1;
      at = end;
    }
  }
  expectPlain(read === count, 'all messages');
  return messages;
}
