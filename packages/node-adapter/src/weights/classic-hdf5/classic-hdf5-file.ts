import { WeightsError } from '@graft-ml/core';
import type { Hdf5Contents, Hdf5Dataset } from '../hdf5-contents.js';
import type { FileWindow } from '../hdf5-window.js';
import { damagedFile } from '../weights-file-errors.js';
import { readAttribute, TextHeaps } from './attributes.js';
import { addressAt, expectPlain, FilePieces, NotPlainError, requiredAddressAt } from './file-pieces.js';
import { readGroupLinks } from './group-links.js';
import { messageTypes, readObjectHeader, type HeaderMessage } from './object-header.js';
import { float32Converter, readShape, readValueType } from './value-type.js';

interface Group {
  /** Names within, sorted. */
  readonly names: readonly string[];
  readonly texts: ReadonlyMap<string, readonly string[] | undefined>;
}

interface Values {
  readonly shape: readonly number[];
  /** Where they lie; undefined where there are none. */
  readonly address: number | undefined;
  readonly byteLength: number;
  readonly convert: (bytes: ArrayBuffer) => Float32Array;
  readonly texts: ReadonlyMap<string, readonly string[] | undefined>;
}

const signature = '\x89HDF\r\n\x1a\n';
const deepest = 64;
const mostObjects = 100_000;

/**
 * An HDF5 file in the format of the first years, which h5py, and so Keras, writes to this day: groups as symbol tables, values in
 * one piece, unpacked. It is read without HDF5's library, which takes 0.2 s and 40 MB to load. All but the values is read, and
 * checked, when it is opened.
 *
 * @see HDF5 File Format Specification, version 3.0 (oracle: oracles/weight_files.py, and h5wasm on the same files)
 */
export class ClassicHdf5File implements Hdf5Contents {
  readonly origin: string;
  readonly #pieces: FilePieces;
  readonly #heaps: TextHeaps;
  readonly #groups = new Map<string, Group>();
  readonly #values = new Map<string, Values>();

  private constructor(origin: string, pieces: FilePieces) {
    this.origin = origin;
    this.#pieces = pieces;
    this.#heaps = new TextHeaps(pieces);
    this.#walk('', rootAddress(pieces), []);
  }

  /**
   * @param origin - The file's path as the user gave it.
   * @returns Undefined for a file that is of another format or damaged: what is wrong, if anything is, HDF5 itself can tell.
   */
  static open(origin: string, window: FileWindow): ClassicHdf5File | undefined {
    const pieces = new FilePieces(window.path, window);
    try {
      return new ClassicHdf5File(origin, pieces);
    } catch (error) {
      pieces.close();
      if (error instanceof NotPlainError) return undefined;
      throw error;
    }
  }

  names(group: string): string[] {
    return [...(this.#open().#groups.get(group)?.names ?? this.#fail(group, 'there is no such group'))];
  }

  isGroup(path: string): boolean {
    return this.#open().#groups.has(path);
  }

  isDataset(path: string): boolean {
    return this.#open().#values.has(path);
  }

  texts(path: string, attribute: string): string[] | undefined {
    const object = this.#open().#groups.get(path) ?? this.#values.get(path);
    if (object === undefined) this.#fail(path, 'nothing is there');
    const texts = object.texts.get(attribute);
    return texts && [...texts];
  }

  dataset(path: string): Hdf5Dataset {
    return { path, shape: this.#required(path).shape };
  }

  read(path: string): Float32Array {
    const { address, byteLength, convert } = this.#required(path);
    if (address === undefined) return convert(new ArrayBuffer(0));
    try {
      return convert(this.#pieces.readValues(address, byteLength).buffer);
    } catch (cause) {
      // It was there when the file was opened.
      throw damagedFile(this.origin, { part: path, cause });
    }
  }

  close(): void {
    this.#pieces.close();
  }

  #open(): this {
    if (this.#pieces.isOpen) return this;
    throw new WeightsError(`weights file ${JSON.stringify(this.origin)} is closed; open it again`, {
      subject: this.origin,
    });
  }

  #required(path: string): Values {
    return this.#open().#values.get(path) ?? this.#fail(path, 'no values are stored there');
  }

  #fail(part: string, detail: string): never {
    throw damagedFile(this.origin, { part, detail });
  }

  /** @param above - Headers of the groups around this one: a link back to one of them would never end. */
  #walk(path: string, address: number, above: readonly number[]): void {
    expectPlain(above.length <= deepest && !above.includes(address), 'groups that end');
    expectPlain(this.#groups.size + this.#values.size < mostObjects, 'a sensible number of objects');
    const messages = readObjectHeader(this.#pieces, address);
    const texts = new Map(
      messages
        .filter(({ type }) => type === messageTypes.attribute)
        .map(({ data }) => readAttribute(data, this.#heaps))
        .map(({ name, texts }) => [name, texts] as const),
    );
    const table = only(messages, messageTypes.symbolTable);
    if (table === undefined) {
      this.#values.set(path, { ...this.#describe(messages), texts });
      return;
    }
    const links = readGroupLinks(this.#pieces, table);
    this.#groups.set(path, { names: links.map(({ name }) => name), texts });
    for (const link of links) {
      this.#walk(path === '' ? link.name : `${path}/${link.name}`, link.address, [...above, address]);
    }
  }

  #describe(messages: readonly HeaderMessage[]): Omit<Values, 'texts'> {
    const [type, space, layout] = [messageTypes.datatype, messageTypes.dataspace, messageTypes.layout].map((wanted) =>
      only(messages, wanted),
    );
    expectPlain(type !== undefined && space !== undefined && layout !== undefined, 'values');
    const shape = readShape(space);
    const valueType = readValueType(type);
    const convert = float32Converter(valueType, shape);
    expectPlain(convert !== undefined, 'numbers');
    const byteLength = shape.reduce((product, size) => product * size, valueType.size);
    // Version 3, in one piece.
    expectPlain(layout.length >= 18 && layout[0] === 3 && layout[1] === 1, 'values in one piece');
    const address = addressAt(layout, 2);
    if (byteLength === 0) return { shape, address: undefined, byteLength, convert };
    expectPlain(address !== undefined && addressAt(layout, 10) === byteLength, 'values that were written');
    expectPlain(address + byteLength <= this.#pieces.size, 'values within the file');
    return { shape, address, byteLength, convert };
  }
}

/** @see HDF5 File Format Specification, II.A "Format Signature and Superblock" */
function rootAddress(file: FilePieces): number {
  const start = file.readSome(0, 100);
  expectPlain(start.length === 100 && start.toString('latin1', 0, 8) === signature, 'HDF5');
  const version = start[8] as number;
  expectPlain(version <= 1 && start[13] === 8 && start[14] === 8, 'a superblock of the first versions');
  const at = version === 0 ? 24 : 28;
  // Addresses count from the file's first byte; it is as long as it says; it is in one file.
  expectPlain(requiredAddressAt(start, at) === 0, 'no user block');
  expectPlain(requiredAddressAt(start, at + 16) <= file.size, 'a whole file');
  expectPlain(addressAt(start, at + 24) === undefined, 'a single file');
  return requiredAddressAt(start, at + 40);
}

/** The data of the one message of a type. */
function only(messages: readonly HeaderMessage[], type: number): Buffer | undefined {
  const found = messages.filter((message) => message.type === type);
  expectPlain(found.length <= 1, 'one of a kind');
  return found[0]?.data;
}
