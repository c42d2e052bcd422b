import { closeSync, existsSync, fstatSync, openSync, readSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { reasonOf } from '@graft-ml/core';
import { open, type RootDatabase } from 'lmdb';
import { makeFolderSync } from '../artifacts/make-folder.js';
import { removeAbandoned, temporaryPath } from '../artifacts/temporary-path.js';
import { withFileLock } from '../locks/file-lock.js';
import { MappedFile } from './mapped-file.js';

/** LMDB's file of a database. */
const DATA_FILE = 'data.mdb';
/** Pages that were read count as memory of this process until the file is closed. */
const MOST_BYTES_MAPPED = 48 * 2 ** 20;
const PAGE_BYTES = 4096;
// A batch takes a few milliseconds to write; a process that died is noticed at once.
const WRITE_LOCK = { pollMs: 2, staleMs: 20_000 };

/** Thrown for a database that is no longer whole. */
export class DamagedCacheError extends Error {}

/** One LMDB database: a part of the cache that is thrown away as a whole. */
export class CacheGeneration {
  readonly folder: string;
  /** Undefined between its release and the next use. */
  #opened: Opened | undefined;
  #bytesRead = 0;
  /** Takes what is put until it is its turn to be written. */
  #filling: Batch | undefined;
  /** Settles when all that was put is written, or has failed. */
  #written: Promise<unknown> = Promise.resolve();
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
    const batch = (this.#filling ??= this.#startBatch());
    batch.entries.push([key, bytes]);
    await batch.written;
  }

  /** Waits for what is being written. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#releasing;
    await this.#written;
    // LMDB would wait in vain for a commit that failed, and end the process by a rejection that nobody can catch.
    if (this.#hasFailed) this.#opened?.file.close();
    else await closeDatabase(this.#opened);
    this.#opened = undefined;
  }

  #startBatch(): Batch {
    const entries: Batch['entries'] = [];
    const written = this.#written.then(() => this.#writeAlone(entries));
    this.#written = written.catch(() => {
      this.#hasFailed = true;
    });
    return { entries, written };
  }

  /**
   * LMDB's own lock between processes does not hold in lmdb-js: of two that write at the same time one loses what it wrote, and the
   * pages of both get mixed up. So one process at a time writes all that it has.
   */
  async #writeAlone(entries: Batch['entries']): Promise<void> {
    const write = async () => {
      this.#filling = undefined;
      const database = this.#database();
      const outcomes = await Promise.allSettled(entries.map(([key, bytes]) => database.put(key, bytes)));
      const failed = outcomes.filter((outcome) => outcome.status === 'rejected');
      const [cause] = await Promise.all(failed.map(({ reason }) => causeOf(reason)));
      if (failed.length > 0) throw cause;
    };
    const folder = dirname(this.folder);
    // Where somebody has deleted the cache nobody else can come to what this process still writes.
    await (existsSync(folder) ? withFileLock(join(folder, 'write.lock'), WRITE_LOCK, write) : write());
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
      await this.#written;
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

/** Entries that are written together. */
interface Batch {
  readonly entries: [key: string, bytes: Buffer][];
  readonly written: Promise<void>;
}

function openDatabase(folder: string): Opened {
  const path = join(folder, DATA_FILE);
  refuseDamaged(path);
  try {
    const database = (dataSize(folder) === 0 ? createDatabase(folder) : undefined) ?? openLmdb(folder);
    return { database, file: new MappedFile(path) };
  } catch (cause) {
    throw isDamage(cause) ? new DamagedCacheError(reasonOf(cause), { cause }) : cause;
  }
}

/**
 * Makes a database whole before anybody else can see it: whoever opens it first writes to it.
 * @returns Undefined if it could not be put in its place: what is there is to be opened.
 */
function createDatabase(folder: string): RootDatabase<Buffer, string> | undefined {
  void removeAbandoned(dirname(folder));
  const made = temporaryPath(folder);
  makeFolderSync(made);
  const database = openLmdb(made);
  try {
    renameSync(made, folder);
    return database;
  } catch {
    void database.close();
    rmSync(made, { recursive: true, force: true });
    return undefined;
  }
}

function openLmdb(folder: string): RootDatabase<Buffer, string> {
  // Its batches by event turn have promises of their own, which end the process where the disk is full.
  return open<Buffer, string>({ path: folder, encoding: 'binary', eventTurnBatching: false, noSubdir: false });
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
