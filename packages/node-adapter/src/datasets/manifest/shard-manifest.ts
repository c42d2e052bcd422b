import { createReadStream } from 'node:fs';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname, extname, join, resolve } from 'node:path';
import { DatasetError, quoteNames, reasonOf, throwIfAborted } from '@graft-ml/core';
import { checkShard, FingerprintSum, murmurHash128, shardOfHash } from '@graft-ml/core/shards';
import { makeFolder } from '../../artifacts/make-folder.js';
import { removeAbandoned, temporaryPath } from '../../artifacts/temporary-path.js';
import { cellReader } from './manifest-columns.js';
import { readManifestPath } from './manifest-path.js';
import { cellOf, hasLoneReturn, RecordScanner, withoutLineEnd, type RecordSpan } from './record-scanner.js';

/** Options of {@link shardManifest}. */
export interface ShardManifestOptions {
  /** How many shards, from 1 to 1,024. */
  readonly count: number;
  /** The folder for `shard-<i>-of-<n>.csv`; made where it is missing. */
  readonly out: string;
  /** The column that holds the paths. Default: `path`. */
  readonly column?: string | undefined;
  /** What paths are relative to. Default: the manifest's folder. */
  readonly root?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What {@link shardManifest} wrote: the keys of `graft shard --json`. */
export interface ShardedManifest {
  readonly rows: number;
  /** Of the ids of all rows, in any order: what shards of the same listing carry. */
  readonly fingerprint: string;
  readonly shards: readonly { readonly file: string; readonly rows: number }[];
}

/** Every shard's file is open at once. */
const mostFiles = 1024;
const LINE_FEED = 0x0a;
const MAX_ROW_BYTES = 1_000_000;
const CHUNK_BYTES = 2 ** 20;
/** What all shards together hold back before they write. */
const HELD_BYTES = 32 * 2 ** 20;

const delimiters: ReadonlyMap<string, number> = new Map([
  ['.csv', 0x2c],
  ['.tsv', 0x09],
]);

/**
 * Cuts a CSV or TSV manifest into shards by its rows' ids, as `--shard i/n` does, and writes each as a manifest of its own, rows
 * byte for byte and in their order: the whole of `graft shard`. Memory does not grow with the number of rows.
 *
 * @throws DatasetError if the file cannot be read, has no such column, or a row is damaged or leads out of the root; RangeError
 *   for another number of shards; AbortedError. Nothing is left behind then.
 * @example `await shardManifest('rows.csv', { count: 8, out: 'shards' })`
 */
export async function shardManifest(file: string, options: ShardManifestOptions): Promise<ShardedManifest> {
  const { count, out, signal } = options;
  checkShard({ index: 1, count });
  if (count > mostFiles) throw new RangeError(`${count} shards are too many files at once; pass ${mostFiles} at most`);
  const ending = extname(file).toLowerCase();
  const delimiter = delimiters.get(ending);
  if (delimiter === undefined) {
    throw new DatasetError(`${file} cannot be cut: expected a file ending in ${quoteNames(delimiters.keys())}`, {
      subject: file,
    });
  }
  await makeFolder(out);
  await removeAbandoned(out);
  const names = Array.from({ length: count }, (_, index) => join(out, `shard-${index + 1}-of-${count}${ending}`));
  const writers: ShardWriter[] = [];
  try {
    for (const name of names) writers.push(await ShardWriter.open(name, Math.floor(HELD_BYTES / count)));
    const cutter = new ManifestCutter(writers, { ...options, file, delimiter });
    const scanner = new RecordScanner(MAX_ROW_BYTES);
    const take = (buffer: Buffer, span: RecordSpan) => cutter.take(buffer, span);
    for await (const chunk of createReadStream(file, { highWaterMark: CHUNK_BYTES })) {
      throwIfAborted(signal);
      if (!scanner.push(chunk as Buffer, take)) throw cutter.tooLong();
      for (const writer of writers) await writer.drain();
    }
    scanner.finish(take);
    const { rows, fingerprint } = cutter.finish();
    for (const writer of writers) await writer.close();
    for (const writer of writers) await writer.publish();
    return {
      rows,
      fingerprint,
      shards: writers.map((writer, index) => ({ file: names[index] ?? '', rows: writer.rows })),
    };
  } catch (error) {
    for (const writer of writers) await writer.discard();
    throw asDatasetError(file, error);
  }
}

/** Sends each row to its shard. */
class ManifestCutter {
  readonly #writers: readonly ShardWriter[];
  readonly #options: ShardManifestOptions & { readonly file: string; readonly delimiter: number };
  readonly #root: string;
  readonly #sum = new FingerprintSum();
  #column: number | undefined;
  #plain: (cell: string) => string = String;
  /** The first row, which names the columns, is 1. */
  #row = 0;

  constructor(
    writers: readonly ShardWriter[],
    options: ShardManifestOptions & { readonly file: string; readonly delimiter: number },
  ) {
    this.#writers = writers;
    this.#options = options;
    this.#root = resolve(options.root ?? dirname(options.file));
  }

  take(buffer: Buffer, span: RecordSpan): void {
    const record = withoutLineEnd(buffer, span);
    if (record.length === 0) return;
    this.#row += 1;
    if (hasLoneReturn(record)) throw this.#damaged('ends in a carriage return without a line feed');
    if (this.#column === undefined) {
      this.#readHeader(record);
      for (const writer of this.#writers) writer.add(buffer, span);
      return;
    }
    const { file, delimiter } = this.#options;
    const cell = cellOf(record, this.#column, delimiter);
    if (cell === undefined) throw this.#damaged('has too few cells');
    const text = this.#plain(cell);
    const target = text === '' ? undefined : readManifestPath(text, { root: this.#root, file, row: this.#row });
    const id = target === undefined ? '' : target.kind === 'file' ? target.id : target.url.href;
    const hash = murmurHash128(id);
    this.#sum.add(hash);
    const writer = this.#writers[shardOfHash(hash, this.#writers.length) - 1] as ShardWriter;
    writer.rows += 1;
    writer.add(buffer, span);
  }

  tooLong(): DatasetError {
    this.#row += 1;
    return this.#damaged(`is longer than ${MAX_ROW_BYTES} bytes; its quote may never be closed`);
  }

  finish(): { readonly rows: number; readonly fingerprint: string } {
    if (this.#column !== undefined) return { rows: this.#sum.count, fingerprint: this.#sum.digest() };
    const { file } = this.#options;
    throw new DatasetError(`${file} is empty; expected a first row that names the columns`, { subject: file });
  }

  #readHeader(record: Buffer): void {
    const { file, delimiter, column = 'path' } = this.#options;
    const plain = record.subarray(record[0] === 0xef && record[1] === 0xbb && record[2] === 0xbf ? 3 : 0);
    const names: string[] = [];
    for (let position = 0; ; position += 1) {
      const name = cellOf(plain, position, delimiter);
      if (name === undefined) break;
      names.push(name);
    }
    this.#column = names.indexOf(column);
    this.#plain = cellReader(names);
    if (this.#column >= 0 && names.lastIndexOf(column) === this.#column) return;
    const problem = this.#column < 0 ? 'lacks' : 'names twice';
    throw new DatasetError(
      `${file} ${problem} the column ${JSON.stringify(column)}; it has ${quoteNames(names)}: say which column holds the paths`,
      { subject: file },
    );
  }

  #damaged(reason: string): DatasetError {
    const { file } = this.#options;
    return new DatasetError(`row ${this.#row} of ${file} ${reason}; correct the file`, { subject: file });
  }
}

/** A shard's file, under another name until all are whole. */
class ShardWriter {
  rows = 0;
  readonly #file: string;
  readonly #part: string;
  readonly #handle: FileHandle;
  readonly #holds: number;
  /** Views of the chunk that is being cut. */
  #views: Buffer[] = [];
  /** Copies of views of earlier chunks. */
  #held: Buffer[] = [];
  #heldBytes = 0;
  #isOpen = true;

  private constructor(paths: { readonly file: string; readonly part: string }, handle: FileHandle, holds: number) {
    this.#file = paths.file;
    this.#part = paths.part;
    this.#handle = handle;
    this.#holds = holds;
  }

  static async open(file: string, holds: number): Promise<ShardWriter> {
    const part = temporaryPath(file);
    return new ShardWriter({ file, part }, await open(part, 'wx'), holds);
  }

  /** Takes a row, of which the bytes stay as they are until {@link drain}. */
  add(buffer: Buffer, { begin, end }: RecordSpan): void {
    this.#views.push(buffer.subarray(begin, end));
    // The last row of a file may lack its line end, and is not the last of its shard for that.
    if (buffer[end - 1] !== LINE_FEED) this.#views.push(Buffer.of(LINE_FEED));
  }

  /** Called between chunks. */
  async drain(): Promise<void> {
    if (this.#views.length === 0) return;
    const bytes = Buffer.concat(this.#views);
    this.#views = [];
    this.#held.push(bytes);
    this.#heldBytes += bytes.length;
    if (this.#heldBytes >= this.#holds) await this.#write();
  }

  async close(): Promise<void> {
    await this.drain();
    await this.#write();
    await this.#handle.sync();
    await this.#handle.close();
    this.#isOpen = false;
  }

  async publish(): Promise<void> {
    await rename(this.#part, this.#file);
  }

  async discard(): Promise<void> {
    if (this.#isOpen) await this.#handle.close().catch(() => undefined);
    this.#isOpen = false;
    await rm(this.#part, { force: true });
  }

  async #write(): Promise<void> {
    const bytes = Buffer.concat(this.#held);
    this.#held = [];
    this.#heldBytes = 0;
    for (let written = 0; written < bytes.length;) {
      written += (await this.#handle.write(bytes, written)).bytesWritten;
    }
  }
}

function asDatasetError(file: string, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') {
    return new DatasetError(`${file} cannot be opened: there is no such file; check the path`, {
      subject: file,
      cause: error,
    });
  }
  if (code === 'ENOSPC' || code === 'EROFS' || code === 'EACCES' || code === 'EISDIR') {
    return new DatasetError(
      `${file} cannot be cut into shards: ${reasonOf(error)}; free space, or choose another folder`,
      {
        subject: file,
        cause: error,
      },
    );
  }
  return error;
}
