import { expectPlain, requiredAddressAt, textUpToZero, type FilePieces } from './file-pieces.js';
import { readShape, readValueType } from './value-type.js';

const mostTexts = 1_000_000;
const heapHeader = 16;
const objectHeader = 16;

/** Texts that lie in heaps of the whole file, each read once. */
export class TextHeaps {
  readonly #file: FilePieces;
  readonly #heaps = new Map<number, ReadonlyMap<number, Buffer>>();

  constructor(file: FilePieces) {
    this.#file = file;
  }

  /** @param reference - Length, heap and number of the text. */
  text(reference: Buffer): string {
    const length = reference.readUInt32LE(0);
    if (length === 0) return '';
    const object = this.#heap(requiredAddressAt(reference, 4)).get(reference.readUInt32LE(12));
    expectPlain(object !== undefined && object.length >= length, 'a text in its heap');
    return textUpToZero(object.subarray(0, length));
  }

  #heap(address: number): ReadonlyMap<number, Buffer> {
    const known = this.#heaps.get(address);
    if (known !== undefined) return known;
    const header = this.#file.read(address, heapHeader);
    expectPlain(header.toString('latin1', 0, 4) === 'GCOL' && header[4] === 1, 'a heap of texts');
    const bytes = this.#file.read(address, requiredAddressAt(header, 8));
    const objects = new Map<number, Buffer>();
    let at = heapHeader;
    while (at + objectHeader <= bytes.length) {
      const index = bytes.readUInt16LE(at);
      // The free rest.
      if (index === 0) break;
      const start = at + objectHeader;
      const end = start + requiredAddressAt(bytes, at + 8);
      expectPlain(end <= bytes.length, 'an object within its heap');
      objects.set(index, bytes.subarray(start, end));
      at = start + Math.ceil((end - start) / 8) * 8;
    }
    this.#heaps.set(address, objects);
    return objects;
  }
}

/** An attribute; `texts` is undefined if it holds something else. */
interface ClassicAttribute {
  readonly name: string;
  readonly texts: readonly string[] | undefined;
}

/** @see HDF5 File Format Specification, IV.A.2.m "The Attribute Message" */
export function readAttribute(data: Buffer, heaps: TextHeaps): ClassicAttribute {
  expectPlain(data.length >= 9, 'an attribute');
  const [version = 0, flags = 0] = data;
  expectPlain(version >= 1 && version <= 3 && (version === 1 || flags === 0), 'an attribute with types of its own');
  const unit = version === 1 ? 8 : 1;
  let at = version === 3 ? 9 : 8;
  const take = (length: number): Buffer => {
    expectPlain(at + length <= data.length, 'an attribute');
    const part = data.subarray(at, at + length);
    at += Math.ceil(length / unit) * unit;
    return part;
  };
  const name = textUpToZero(take(data.readUInt16LE(2)));
  const type = readValueType(take(data.readUInt16LE(4)));
  const shape = readShape(take(data.readUInt16LE(6)));
  const count = shape.reduce((product, size) => product * size, 1);
  // An empty list has no text type of its own: h5py writes it as no numbers.
  if (count === 0) return { name, texts: [] };
  if (type.kind !== 'text' && type.kind !== 'textReference') return { name, texts: undefined };
  expectPlain(count <= mostTexts, 'a sensible number of texts');
  const values = take(count * type.size);
  const texts = Array.from({ length: count }, (_, index) => {
    const value = values.subarray(index * type.size, (index + 1) * type.size);
    return type.kind === 'text' ? textUpToZero(value) : heaps.text(value);
  });
  return { name, texts };
}
