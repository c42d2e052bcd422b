import { closeSync, existsSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { reasonOf } from '@graft-ml/core';
import { open, type RootDatabase } from 'lmdb';
import { makeFolderSync } from '../artifacts/make-folder.js';
import { MappedFile } from './mapped-file.js';

/** LMDB's file of a database. */
const DATA_FILE = 'data.mdb';
/** Pages that were read count as memory of this process until the file is closed. */
const MOST_BYTES_MAPPED = 48 * 2 ** 20;
const PAGE_BYTES = 4096;

/** Thrown for a database that is no longer whole. */
export class DamagedCacheError extends Error {}

/** One LMDB database: a part of the cache that is thrown away as a whole. */
export class CacheGeneration {
  readonly folder: string;
  /** Undefined between its release and the next use. */
  #opened: Opened | undefined;
  #bytesRead = 0;
  readonly #writes = new Set<Promise<unknown>>();
  #releasing: Promise<void> | undefined;
  #isClosed = false;
  #hasFailed = false;

  /** Opens it, and makes it if it is not there. @throws DamagedCacheError; what the file system and LMDB throw. */
  constructor(folder: string) {
    this.folder = folder;
    makeFolderSync(folder);
    this.#opened = openDatabase(folder);
  }

  /** Bytes on disk. */
  get size(): number {
    return dataSize(this.folder);
  }

  /** @param decode - Reads the bytes at once: they are LMDB's memory. @throws DamagedCacheError */
  async get<Value>(key: string, decode: (bytes: Buffer) => Value): Promise<Value | undefined> {
    await this.#releasing;
    // It may be given up while somebody still looks through the generations.
    const bytes = this.#isClosed ? undefined : this.#read(key);
    if (bytes === undefined) return undefined;
    const value = decode(bytes);
    this.#bytesRead += Math.max(bytes.length, PAGE_BYTES);
    if (this.#bytesRead > MOST_BYTES_MAPPED) await (this.#releasing ??= this.#release());
    return value;
  }

  /** Does nothing once it is given up. @throws DamagedCacheError; what LMDB throws. */
  async put(key: string, bytes: Buffer): Promise<void> {
    await this.#releasing;
    if (this.#isClosed) return;
    const write = this.#database().put(key, bytes);
    this.#writes.add(write);
    try {
      await write;
    } catch (error) {
      this.#hasFailed = true;
      throw await causeOf(error);
    } finally {
      this.#writes.delete(write);
    }
  }

  /** Waits for what is being written. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#releasing;
    await Promise.allSettled(this.#writes);
    // LMDB would wait in vain for a commit that failed, and end the process by a rejection that nobody can catch.
    if (this.#hasFailed) this.#opened?.file.close();
    else await closeDatabase(this.#opened);
    this.#opened = undefined;
  }

  /** @throws DamagedCacheError where its pages must not be touched. */
  #database(): RootDatabase<Buffer, string> {
    this.#opened ??= openDatabase(this.folder);
    const cut = this.#opened.file.cut();
    if (cut === undefined) return this.#opened.database;
    this.#hasFailed = true;
    throw new DamagedCacheError(cut);
  }

  #read(key: string): Buffer | undefined {
    const database = this.#database();
    try {
      return database.get(key);
    } catch (cause) {
      throw isDamage(cause) ? new DamagedCacheError(reasonOf(cause), { cause }) : cause;
    }
  }

  /** Lets go of what was read. The next use opens the file again, and is told if it cannot be. */
  async #release(): Promise<void> {
    try {
      await Promise.allSettled(this.#writes);
      if (this.#hasFailed) return;
      const opened = this.#opened;
      this.#opened = undefined;
      await closeDatabase(opened);
    } finally {
      this.#bytesRead = 0;
      this.#releasing = undefined;
    }
  }
}

/** Bytes of a generation on disk; 0 if there is none. */
export function dataSize(folder: string): number {
  return statSync(join(folder, DATA_FILE), { throwIfNoEntry: false })?.size ?? 0;
}

interface Opened {
  readonly database: RootDatabase<Buffer, string>;
  readonly file: MappedFile;
}

function openDatabase(folder: string): Opened {
  const path = join(folder, DATA_FILE);
  refuseDamaged(path);
  try {
    // Its batches by event turn have promises of their own, which end the process where the disk is full.
    const database = open<Buffer, string>({ path: folder, encoding: 'binary', eventTurnBatching: false });
    return { database, file: new MappedFile(path) };
  } catch (cause) {
    throw isDamage(cause) ? new DamagedCacheError(reasonOf(cause), { cause }) : cause;
  }
}

async function closeDatabase(opened: Opened | undefined): Promise<void> {
  opened?.file.close();
  await opened?.database.close();
}

function isDamage(cause: unknown): boolean {
  return /MDB_(INVALID|CORRUPTED|VERSION_MISMATCH|PAGE_NOTFOUND|BAD_TXN)/.test(reasonOf(cause));
}

const META_MAGIC = 0xbeefc0de;
const META_BYTES = 160;

/**
 * Looks at LMDB's two meta pages: reading a file that is shorter than they say would end the process (SIGBUS).
 * @throws DamagedCacheError
 */
function refuseDamaged(file: string): void {
  if (!existsSync(file) || statSync(file).size === 0) return;
  const descriptor = openSync(file, 'r');
  try {
    const first = readMeta(descriptor, 0);
    if (first === undefined) throw new DamagedCacheError("its first page is not LMDB's");
    const second = readMeta(descriptor, first.pageSize);
    const newest = second !== undefined && second.transaction > first.transaction ? second : first;
    const expected = (newest.lastPage + 1) * first.pageSize;
    // Asked for last: other processes may be writing, and the file only grows.
    const { size } = fstatSync(descriptor);
    if (size < expected) throw new DamagedCacheError(`it has ${size} bytes of ${expected}`);
  } finally {
    closeSync(descriptor);
  }
}

/** LMDB says of a commit only that it failed, and gives the reason in a promise, which ends the process unless somebody looks. */
async function causeOf(error: unknown): Promise<unknown> {
  try {
    await (error as { commitError?: Promise<unknown> }).commitError;
    return error;
  } catch (cause) {
    return cause;
  }
}

interface Meta {
  readonly pageSize: number;
  readonly lastPage: number;
  readonly transaction: number;
}

function readMeta(descriptor: number, at: number): Meta | undefined {
  const bytes = Buffer.alloc(META_BYTES);
  if (readSync(descriptor, bytes, 0, META_BYTES, at) < META_BYTES) return undefined;
  const start = bytes.indexOf(Buffer.from(Uint32Array.of(META_MAGIC).buffer));
  if (start < 0 || start > 32) return undefined;
  // magic, version, address, map size, two databases of 48 bytes (the first begins with the page's size), last page, transaction
  const pageSize = bytes.readUInt32LE(start + 24);
  const lastPage = Number(bytes.readBigUInt64LE(start + 120));
  const transaction = Number(bytes.readBigUInt64LE(start + 128));
  return pageSize >= 512 && pageSize <= 65_536 ? { pageSize, lastPage, transaction } : undefined;
}
