import { WeightsError } from '@graft-ml/core';
import { hdf5Library, type Hdf5Library, type Hdf5Module } from './hdf5-library.js';

/** What goes into an HDF5 file, one thing after another; paths have no leading slash, and a group must be there before its content. */
export interface Hdf5Writer {
  group(path: string): void;
  dataset(path: string, values: { readonly shape: readonly number[]; readonly data: Float32Array }): void;
  /** A list of texts at a group; `''` is the root. */
  texts(path: string, attribute: string, texts: readonly string[]): void;
  /** One text at a group, which ends at its first zero. */
  text(path: string, attribute: string, text: string): void;
}

/**
 * Writes an HDF5 file that any HDF5 reads.
 * @param target - `path` is overwritten if it is there; `origin` is what messages name.
 * @throws WeightsError if HDF5 reports a failure, such as a full disk.
 */
export async function writeHdf5(
  { path, origin }: { readonly path: string; readonly origin: string },
  write: (writer: Hdf5Writer) => void,
): Promise<void> {
  const library = await hdf5Library();
  const file = naming(origin, () =>
    library.call(
      // The first format, as h5py writes it: every HDF5 reads it, and so does graft without the library.
      (module) => module.open(path, module.H5F_ACC_TRUNC, false, module.H5F_LIBVER_EARLIEST, module.H5F_LIBVER_LATEST),
      path,
    ),
  );
  try {
    write({
      group: (group) => call(library, origin, (module) => module.create_group(file, `/${group}`, false)),
      dataset: (place, values) => call(library, origin, (module) => createDataset(module, { file, place, values })),
      texts: (place, attribute, texts) =>
        call(library, origin, (module) => {
          module.create_vlen_str_attribute(file, `/${place}`, attribute, [...texts], textMetadata([texts.length]));
        }),
      text: (place, attribute, text) =>
        call(library, origin, (module) => {
          module.create_vlen_str_attribute(file, `/${place}`, attribute, [text], textMetadata([]));
        }),
    });
  } finally {
    // Only now does HDF5 write what it held back.
    call(library, origin, (module) => module.close_file(file));
  }
}

function call<Result>(library: Hdf5Library, origin: string, work: (module: Hdf5Module) => Result): Result {
  return naming(origin, () => library.call(work));
}

function naming<Result>(origin: string, work: () => Result): Result {
  try {
    return work();
  } catch (cause) {
    throw new WeightsError(
      `weights file ${JSON.stringify(origin)} cannot be written; look for space and permission there`,
      {
        cause,
        subject: origin,
      },
    );
  }
}

interface NewDataset {
  readonly file: bigint;
  readonly place: string;
  readonly values: Parameters<Hdf5Writer['dataset']>[1];
}

function createDataset(module: Hdf5Module, { file, place, values: { shape, data } }: NewDataset): void {
  const address = module._malloc(Math.max(1, data.byteLength));
  if (address === 0) throw new Error(`no memory for ${data.byteLength} bytes`);
  try {
    module.HEAPU8.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), address);
    const sizes = shape.map(BigInt);
    const metadata = {
      type: module.H5T_class_t.H5T_FLOAT.value,
      size: Float32Array.BYTES_PER_ELEMENT,
      littleEndian: true,
      signed: true,
      vlen: false,
      total_size: data.length,
      shape: sizes,
      maxshape: sizes,
      chunks: null,
      compression: 0,
      compression_opts: [],
      track_order: false,
    };
    module.create_dataset(file, `/${place}`, BigInt(address), metadata);
  } finally {
    module._free(address);
  }
}

// Text of any length: HDF5's fixed length would pad names with spaces.
function textMetadata(sizes: readonly number[]) {
  const shape = sizes.map(BigInt);
  return {
    type: 3,
    size: 4,
    cset: 1,
    vlen: true,
    littleEndian: true,
    signed: false,
    total_size: sizes[0] ?? 1,
    shape,
    maxshape: shape,
  };
}
