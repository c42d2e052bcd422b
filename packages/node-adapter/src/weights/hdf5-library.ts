import { resolve } from 'node:path';
import type { ready } from 'h5wasm/node';
import { guardHeaps } from './hdf5-heap-guard.js';
import { openWindows, type FileWindow, type Hdf5FileSystem } from './hdf5-window.js';

/** HDF5 compiled to WebAssembly, as h5wasm exposes it. */
export type Hdf5Module = Awaited<typeof ready>;

/** The HDF5 library, and a way to call it that neither prints nor hides failures. */
export interface Hdf5Library {
  /**
   * Calls into HDF5.
   * @param opens - The one file that this call may open: an HDF5 file can name others, anywhere, in which its values are to be found.
   * @throws Error with HDF5's own diagnosis if it reported any, whatever the call returned.
   */
  call<T>(work: (module: Hdf5Module) => T, opens?: string): T;
  /**
   * Lets HDF5 see a part of a file as a file of its own.
   * @returns The path under which to open it.
   */
  showWindow(window: FileWindow): string;
}

const permissionDenied = 2;

let library: Promise<Hdf5Library> | undefined;

/** Loads HDF5 (4 MB of WebAssembly, about 0.2 s) at the first call. */
export function hdf5Library(): Promise<Hdf5Library> {
  library ??= loadLibrary();
  return library;
}

async function loadLibrary(): Promise<Hdf5Library> {
  const { ready } = await import('h5wasm/node');
  const module = await ready;
  let diagnosis: string[] | undefined;
  let openable: string | undefined;

  // HDF5 prints its failures to stderr, and h5wasm drops most status codes: a failed read would return zeros.
  // So what HDF5 would print during our calls is caught here, and counts as the failure.
  const files = module.FS as unknown as Hdf5FileSystem & { write: WriteToStream };
  const write = files.write.bind(files);
  files.write = (stream, buffer, ...range) => {
    if (stream.fd !== 2 || diagnosis === undefined) return write(stream, buffer, ...range);
    const [offset, length] = range;
    diagnosis.push(new TextDecoder().decode(buffer.slice(offset, offset + length)));
    return length;
  };

  const showWindow = openWindows(files);
  guardHeaps(files);
  const open = files.open.bind(files);
  files.open = (path, ...options) => {
    const isOurs = diagnosis !== undefined;
    if (isOurs && resolve(path) !== openable) throw new files.ErrnoError(permissionDenied);
    return open(path, ...options);
  };
  return {
    showWindow,
    call(work, opens) {
      const reports: string[] = [];
      diagnosis = reports;
      openable = opens === undefined ? undefined : resolve(opens);
      let result;
      try {
        result = work(module);
      } catch (error) {
        throw reports.length === 0 ? error : new Error(`HDF5 reported: ${reports.join('')}`, { cause: error });
      } finally {
        diagnosis = undefined;
      }
      if (reports.length > 0) throw new Error(`HDF5 reported: ${reports.join('')}`);
      return result;
    },
  };
}

type WriteToStream = (
  stream: { readonly fd: number },
  buffer: Uint8Array,
  ...range: [offset: number, length: number, position?: number]
) => number;
