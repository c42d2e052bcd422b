import { extname } from 'node:path';
import type { FileHandle } from 'node:fs/promises';
import { quoteNames } from '@graft-ml/core';
import { npyHeader, safetensorsHeader } from '@graft-ml/core/tensor-files';
import { writeAtomically } from '../../artifacts/write-file-atomically.js';

/** A file of rows that is being written. */
export interface RowWriter {
  /** Appends a row. @param path - The image that it is of. */
  write(row: Float32Array, path: string): Promise<void>;
  /** Writes what is still held back, and what says how many rows there are. */
  finish(): Promise<void>;
}

/** What {@link writeRows} needs to know before the first row. */
export interface RowLayout {
  /** Shape of one row. */
  readonly shape: readonly number[];
  /** The most rows that may come. */
  readonly mostRows: number;
}

type OpenRowWriter = (handle: FileHandle, layout: RowLayout) => Promise<RowWriter>;

/** What stands before the rows in a kind of file, at least `length` bytes long. */
type FileHeader = (shape: readonly number[], length: number) => Uint8Array;

const formats: ReadonlyMap<string, OpenRowWriter> = new Map<string, OpenRowWriter>([
  // Its header has room for the first axis to grow: the length is the same for any number of rows.
  ['.npy', async (handle, layout) => plainRows(handle, layout, (shape) => npyHeader(shape))],
  [
    '.safetensors',
    async (handle, layout) =>
      plainRows(handle, layout, (shape, length) => safetensorsHeader(new Map([['features', shape]]), { length })),
  ],
  [
    '.parquet',
    async (handle, layout) => {
      const { parquetRows } = await import('./parquet-rows.js');
      return parquetRows(handle, layout);
    },
  ],
]);

/** @throws RangeError if the name's ending is none that rows can be written as. */
export function checkRowFile(file: string): void {
  if (formats.has(extname(file).toLowerCase())) return;
  throw new RangeError(`--out is ${file}; expected a file ending in ${[...formats.keys()].join(', ')}`);
}

/** Writes rows as numpy's `.npy`, as safetensors or as Parquet, as the name's ending says; the file is whole or not there. */
export async function writeRows<Result>(
  file: string,
  layout: RowLayout,
  write: (writer: RowWriter) => Promise<Result>,
): Promise<Result> {
  const open = formats.get(extname(file).toLowerCase());
  if (open === undefined) throw new RangeError(`${file} must end in ${quoteNames(formats.keys())}`);
  return writeAtomically(file, async (handle) => {
    const writer = await open(handle, layout);
    const result = await write(writer);
    await writer.finish();
    return result;
  });
}

/** Rows are gathered to so many bytes before they are written. */
const BLOCK_BYTES = 2 ** 20;

/** Rows one after another behind a header, which is written last: skipped images make their number known only then. */
function plainRows(handle: FileHandle, { shape, mostRows }: RowLayout, header: FileHeader): RowWriter {
  const room = header([mostRows, ...shape], 0).length;
  let rows = 0;
  let position = room;
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  const flush = async (): Promise<void> => {
    const block = Buffer.concat(held);
    held = [];
    heldBytes = 0;
    await writeFully(handle, block, position);
    position += block.length;
  };
  return {
    async write(row) {
      const bytes = new Uint8Array(row.buffer, row.byteOffset, row.byteLength);
      held.push(bytes);
      heldBytes += bytes.length;
      rows += 1;
      if (heldBytes >= BLOCK_BYTES) await flush();
    },
    async finish() {
      if (heldBytes > 0) await flush();
      await writeFully(handle, header([rows, ...shape], room), 0);
    },
  };
}

async function writeFully(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    written += (await handle.write(bytes, written, bytes.length - written, position + written)).bytesWritten;
  }
}
