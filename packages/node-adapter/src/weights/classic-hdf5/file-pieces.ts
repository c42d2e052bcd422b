import { closeSync, openSync, readSync } from 'node:fs';

/** Thrown where a file is not of the plain kind that is read here; HDF5's own library then says what is wrong, if anything is. */
export class NotPlainError extends Error {}

/** @throws NotPlainError unless a fact holds. */
export function expectPlain(fact: boolean, what: string): asserts fact {
  if (!fact) throw new NotPlainError(what);
}

/** "Undefined", as addresses have it. */
const nowhere = 0xffff_ffff_ffff_ffffn;

/** An HDF5 file, or a part of another file that is one: read piece by piece, never as a whole. */
export class FilePieces {
  readonly size: number;
  /** Bytes that may still be read of what describes values: hostile files describe the same bytes again and again. */
  #room: number;
  readonly #offset: number;
  #descriptor: number | undefined;

  /** @param part - Where the HDF5 file lies within the file at `path`. */
  constructor(path: string, part: { readonly offset: number; readonly size: number }) {
    this.size = part.size;
    this.#room = 2 ** 24 + 4 * part.size;
    this.#offset = part.offset;
    this.#descriptor = openSync(path, 'r');
  }

  /** @throws NotPlainError for bytes that are not there, and after too many. */
  read(address: number, length: number): Buffer<ArrayBuffer> {
    this.#room -= length;
    expectPlain(this.#room >= 0, 'described once');
    return this.readValues(address, length);
  }

  /** @throws NotPlainError for bytes that are not there. */
  readValues(address: number, length: number): Buffer<ArrayBuffer> {
    expectPlain(address >= 0 && length >= 0 && address + length <= this.size, 'within the file');
    const bytes = Buffer.from(new ArrayBuffer(length));
    expectPlain(this.#fill(bytes, address) === length, 'as long as it says');
    return bytes;
  }

  /** As many bytes as are there, `length` at most. */
  readSome(address: number, length: number): Buffer<ArrayBuffer> {
    expectPlain(address >= 0 && address < this.size, 'within the file');
    return this.read(address, Math.min(length, this.size - address));
  }

  get isOpen(): boolean {
    return this.#descriptor !== undefined;
  }

  /** A second call does nothing. */
  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  #fill(bytes: Buffer, address: number): number {
    if (this.#descriptor === undefined) throw new Error('the file is closed');
    let filled = 0;
    while (filled < bytes.length) {
      const place = this.#offset + address + filled;
      const count = readSync(this.#descriptor, bytes, filled, bytes.length - filled, place);
      if (count === 0) break;
      filled += count;
    }
    return filled;
  }
}

/** An address or a length: 8 bytes. @returns Undefined for the address of nothing. */
export function addressAt(bytes: Buffer, position: number): number | undefined {
  expectPlain(position + 8 <= bytes.length, 'a whole number');
  const value = bytes.readBigUInt64LE(position);
  return value === nowhere ? undefined : Number(value);
}

/** The same where there must be one. */
export function requiredAddressAt(bytes: Buffer, position: number): number {
  const address = addressAt(bytes, position);
  expectPlain(address !== undefined, 'an address');
  return address;
}

/** Text up to its first zero, at the latest the end. */
export function textUpToZero(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
}
