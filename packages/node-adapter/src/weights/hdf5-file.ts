import { WeightsError } from '@graft-ml/core';
import { float32FromFloat16 } from '@graft-ml/core/tensor-files';
import type { Metadata } from 'h5wasm/node';
import type { Hdf5Contents, Hdf5Dataset } from './hdf5-contents.js';
import { hdf5Library, type Hdf5Library, type Hdf5Module } from './hdf5-library.js';
import type { FileWindow } from './hdf5-window.js';
import { damagedFile, weightsFileSize } from './weights-file-errors.js';

/** An HDF5 file of any kind, read by HDF5's own library. */
export class Hdf5File implements Hdf5Contents {
  readonly origin: string;
  readonly #size: number;
  readonly #library: Hdf5Library;
  #id: bigint | undefined;

  private constructor(origin: string, size: number, { library, path }: { library: Hdf5Library; path: string }) {
    this.origin = origin;
    this.#size = size;
    this.#library = library;
    try {
      this.#id = library.call((module) => module.open(path, module.H5F_ACC_RDONLY, false, -1, -1), path);
    } catch (cause) {
      throw this.#damaged(undefined, undefined, cause);
    }
  }

  /**
   * Opens a file where it lies: HDF5 reads it through Node's file system, so that it is never in memory as a whole.
   * @throws WeightsError if it is missing, empty, no HDF5 file, or cut short.
   */
  static async open(path: string): Promise<Hdf5File> {
    const size = await weightsFileSize(path);
    return new Hdf5File(path, size, { library: await hdf5Library(), path });
  }

  /** Opens an HDF5 file that lies within another file. @param origin - The other file's path as the user gave it. */
  static async openWithin(origin: string, window: FileWindow): Promise<Hdf5File> {
    const library = await hdf5Library();
    return new Hdf5File(origin, window.size, { library, path: library.showWindow(window) });
  }

  names(group: string): string[] {
    return this.#ask(group, (module, id) => module.get_names(id, `/${group}`, false));
  }

  isGroup(path: string): boolean {
    return this.#ask(path, (module, id) => module.get_type(id, `/${path}`) === module.H5G_GROUP);
  }

  isDataset(path: string): boolean {
    return this.#ask(path, (module, id) => module.get_type(id, `/${path}`) === module.H5G_DATASET);
  }

  texts(path: string, attribute: string): string[] | undefined {
    return this.#ask(path, (module, id) => {
      const place = `/${path}`;
      if (!module.get_attribute_names(id, place).includes(attribute)) return undefined;
      const metadata = module.get_attribute_metadata(id, place, attribute);
      // An empty list has no text type of its own: h5py writes it as no numbers.
      if (metadata.total_size === 0) return [];
      if (metadata.type !== module.H5T_class_t.H5T_STRING.value) return undefined;
      if (metadata.size * metadata.total_size > this.#size) {
        throw this.#damaged(path, `its attribute ${attribute} claims more bytes than there are`);
      }
      return readTexts(module, { id, place, attribute, metadata });
    });
  }

  dataset(path: string): Hdf5Dataset {
    if (!this.isDataset(path)) throw this.#damaged(path, 'no values are stored there');
    return { path, shape: this.#metadata(path).shape ?? [] };
  }

  read(path: string): Float32Array {
    const metadata = this.#metadata(path);
    const { size, total_size: count, chunks } = metadata;
    const byteLength = size * count;
    // Without filters a data set takes its full size in the file; deflate packs at most 1,032 to 1.
    if (!(byteLength <= this.#size * (chunks ? 1032 : 1))) {
      throw this.#damaged(path, `it claims ${byteLength} bytes in a file of ${this.#size}`);
    }
    return this.#ask(path, (module, id) => {
      const convert = converter(module, metadata);
      if (convert) return convert(readBytes(module, { id, path, metadata }));
      throw new WeightsError(
        `${JSON.stringify(path)} in weights file ${JSON.stringify(this.origin)} does not hold floating-point numbers ` +
          'of 16, 32 or 64 bits; save the weights as float32',
        { subject: this.origin },
      );
    });
  }

  close(): void {
    const id = this.#id;
    if (id === undefined) return;
    this.#id = undefined;
    this.#library.call((module) => module.close_file(id));
  }

  #metadata(path: string): Metadata {
    return this.#ask(path, (module, id) => module.get_dataset_metadata(id, `/${path}`));
  }

  #ask<T>(path: string | undefined, work: (module: Hdf5Module, id: bigint) => T, id = this.#id): T {
    if (id === undefined) {
      throw new WeightsError(`weights file ${JSON.stringify(this.origin)} is closed; open it again`, {
        subject: this.origin,
      });
    }
    try {
      return this.#library.call((module) => work(module, id));
    } catch (cause) {
      throw cause instanceof WeightsError ? cause : this.#damaged(path, undefined, cause);
    }
  }

  #damaged(path: string | undefined, detail?: string, cause?: unknown): WeightsError {
    return damagedFile(this.origin, { part: path, detail, cause });
  }
}

type Converter = (bytes: ArrayBuffer) => Float32Array;

/** How to make float32 of a data set's bytes, which h5wasm gives in little-endian order; `undefined` if it cannot be. */
function converter(module: Hdf5Module, { type, size, shape }: Metadata): Converter | undefined {
  // Keras' normalisation layers hold a count. Whole numbers in a row are no weights.
  if (type === module.H5T_class_t.H5T_INTEGER.value && shape?.length === 0) {
    if (size === 4) return (bytes) => Float32Array.from(new Int32Array(bytes));
    if (size === 8) return (bytes) => Float32Array.from(new BigInt64Array(bytes), Number);
  }
  if (type !== module.H5T_class_t.H5T_FLOAT.value) return undefined;
  if (size === 2) return (bytes) => float32FromFloat16(new Uint16Array(bytes));
  if (size === 4) return (bytes) => new Float32Array(bytes);
  if (size === 8) return (bytes) => Float32Array.from(new Float64Array(bytes));
  return undefined;
}

interface TextAttribute {
  readonly id: bigint;
  readonly place: string;
  readonly attribute: string;
  readonly metadata: Metadata;
}

// Not through h5wasm's own getter: after a failed read that one frees addresses that were never set, which aborts.
function readTexts(module: Hdf5Module, { id, place, attribute, metadata }: TextAttribute): string[] {
  const { size, total_size: count, vlen } = metadata;
  return withMemory(module, size * count, (address) => {
    const at = BigInt(address);
    if (module.get_attribute_data(id, place, attribute, at) < 0) throw new Error('reading an attribute failed');
    const bytes = module.HEAPU8.slice(address, address + size * count);
    if (!vlen) return Array.from({ length: count }, (_, n) => decodeText(bytes.subarray(n * size, (n + 1) * size)));
    const texts = Array.from(new Uint32Array(bytes.buffer), (text) => decodeText(module.HEAPU8.subarray(text)));
    module.reclaim_vlen_memory(id, place, attribute, at);
    return texts;
  });
}

/** Text ends at its first zero, at the latest with the bytes. */
function decodeText(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
}

interface StoredBytes {
  readonly id: bigint;
  readonly path: string;
  readonly metadata: Metadata;
}

/** WebAssembly's memory grows and never shrinks, so what passes through it is kept small. */
const PASSAGE_BYTES = 1_000_000;

function readBytes(module: Hdf5Module, { id, path, metadata }: StoredBytes): ArrayBuffer {
  const { size, total_size: count, shape, chunks } = metadata;
  const [rows = 1, ...row] = shape ?? [];
  const rowBytes = rows === 0 ? 0 : (size * count) / rows;
  // What is stored in chunks would be unpacked anew for each piece.
  const step = chunks === null ? Math.max(1, Math.floor(PASSAGE_BYTES / rowBytes)) : rows;
  const piece = (first: number, length: number): readonly [bigint[], bigint[], bigint[]] => [
    [BigInt(length), ...row.map(BigInt)],
    [BigInt(first), ...row.map(() => 0n)],
    [1n, ...row.map(() => 1n)],
  ];
  return withMemory(module, Math.min(rows, step) * rowBytes, (address) => {
    const bytes = new Uint8Array(size * count);
    for (let first = 0; first < rows; first += step) {
      const length = Math.min(step, rows - first);
      // What is read at once, a single number too, has no place within the whole.
      const [counts, offsets, strides] = length === rows ? [null, null, null] : piece(first, length);
      const status = module.get_dataset_data(id, `/${path}`, counts, offsets, strides, BigInt(address));
      if (status < 0) throw new Error(`reading failed with status ${status}`);
      bytes.set(module.HEAPU8.subarray(address, address + length * rowBytes), first * rowBytes);
    }
    return bytes.buffer;
  });
}

function withMemory<T>(module: Hdf5Module, byteLength: number, use: (address: number) => T): T {
  const address = byteLength > module.MAXIMUM_MEMORY ? 0 : module._malloc(byteLength);
  if (address === 0) throw new Error(`no memory for ${byteLength} bytes`);
  try {
    return use(address);
  } finally {
    module._free(address);
  }
}
