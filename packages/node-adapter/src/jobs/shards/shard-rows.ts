import { open, type FileHandle, stat } from 'node:fs/promises';
import { DatasetError, isRecord } from '@graft-ml/core';
import { readFileDigest, sha256OfFile, type ShardDocument } from './shard-file.js';

/** The rows of a shard's file, read one after another. */
export interface ShardRows {
  readonly paths: readonly string[];
  /** The next row. @throws DatasetError if the file ends before. */
  next(): Promise<Float32Array>;
  close(): Promise<void>;
}

/** What a shard of features says of itself. */
export interface FeaturesDocument {
  readonly paths: readonly string[];
  /** Of one row. */
  readonly rowShape: readonly number[];
  readonly engine: string;
  readonly precision: 'fp32' | 'int8';
}

/** Reads what a shard of features says of itself. @throws DatasetError if it is damaged. */
export function readFeaturesDocument(document: ShardDocument, name: string): FeaturesDocument {
  const { paths, shape, engine, precision, shard } = document;
  const isSize = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
  if (
    !Array.isArray(paths) ||
    !paths.every((path) => typeof path === 'string') ||
    !Array.isArray(shape) ||
    !shape.every(isSize) ||
    typeof engine !== 'string' ||
    (precision !== 'fp32' && precision !== 'int8') ||
    paths.length !== shard.places.length ||
    shape[0] !== paths.length
  ) {
    throw new DatasetError(`${name} is a damaged shard: its paths and rows do not agree; make it again`, {
      subject: name,
    });
  }
  return { paths, rowShape: shape.slice(1) as number[], engine, precision };
}

/** Rows are read in blocks. */
const BLOCK_BYTES = 2 ** 20;

/**
 * Opens a shard's file, once its size and SHA-256 are found to be what its document says.
 * @throws DatasetError if they are not.
 */
export async function openShardRows(file: string, document: ShardDocument): Promise<ShardRows> {
  const { paths, rowShape } = readFeaturesDocument(document, file);
  const stated = isRecord(document) ? readFileDigest(document) : undefined;
  const rowBytes = rowShape.reduce((product, size) => product * size, Float32Array.BYTES_PER_ELEMENT);
  const offset = (stated?.bytes ?? 0) - rowBytes * paths.length;
  const unreadable = (cause: unknown): never => {
    throw new DatasetError(`${file} cannot be read, but its shard's document is there; make the shard again`, {
      subject: file,
      cause,
    });
  };
  const facts = await stat(file).catch(unreadable);
  // Its size first: a device never ends, and a file of another size need not be read.
  const isWhole = facts.isFile() && facts.size === stated?.bytes;
  const found = isWhole ? await sha256OfFile(file).catch(unreadable) : undefined;
  if (found === undefined || stated?.sha256 !== found || offset <= 0) {
    throw new DatasetError(`${file} is not what its shard wrote: it was changed or cut off since; make it again`, {
      subject: file,
    });
  }
  const handle = await open(file);
  return {
    paths,
    next: rowReader(handle, { file, offset, rowBytes, rows: paths.length }),
    close: () => handle.close(),
  };
}

function rowReader(
  handle: FileHandle,
  layout: { readonly file: string; readonly offset: number; readonly rowBytes: number; readonly rows: number },
): () => Promise<Float32Array> {
  const { file, offset, rowBytes, rows } = layout;
  const rowsPerBlock = Math.max(1, Math.floor(BLOCK_BYTES / Math.max(rowBytes, 1)));
  let block = new Uint8Array(0);
  let row = 0;
  let firstOfBlock = 0;
  return async () => {
    if (row - firstOfBlock >= block.length / Math.max(rowBytes, 1)) {
      firstOfBlock = row;
      block = await readFully(handle, {
        file,
        position: offset + row * rowBytes,
        length: Math.min(rowsPerBlock, rows - row) * rowBytes,
      });
    }
    const begin = (row - firstOfBlock) * rowBytes;
    row += 1;
    return new Float32Array(block.slice(begin, begin + rowBytes).buffer);
  };
}

async function readFully(
  handle: FileHandle,
  { file, position, length }: { readonly file: string; readonly position: number; readonly length: number },
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  for (let filled = 0; filled < length;) {
    const { bytesRead } = await handle.read(bytes, filled, length - filled, position + filled);
    if (bytesRead === 0) throw new DatasetError(`${file} ended while it was read; make it again`, { subject: file });
    filled += bytesRead;
  }
  return bytes;
}
