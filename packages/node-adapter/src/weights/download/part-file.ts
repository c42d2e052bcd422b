import { createHash, type Hash } from 'node:crypto';
import { constants } from 'node:fs';
import { open, readFile, rename, rm, writeFile, type FileHandle } from 'node:fs/promises';

/** What the bytes of a part are the beginning of. */
export interface PartOrigin {
  /** The address that was asked for. */
  readonly address: string;
  /** A strong ETag, or a date of change; undefined if the server gives neither. */
  readonly validator: string | undefined;
  /** The whole file's MD5 as the server states it, hexadecimal. */
  readonly md5: string | undefined;
  /** The whole file's length. */
  readonly bytes: number;
}

/** The piece of a file that has arrived, kept beside the file's place so that another attempt or process goes on with it. */
export class PartFile {
  readonly path: string;
  readonly #target: string;
  readonly #algorithm: 'md5' | 'sha256';
  #handle: FileHandle | undefined;
  #hash: Hash;
  #size = 0;
  #origin: PartOrigin | undefined;

  private constructor(target: string, handle: FileHandle, algorithm: 'md5' | 'sha256') {
    this.path = `${target}.part`;
    this.#target = target;
    this.#handle = handle;
    this.#algorithm = algorithm;
    this.#hash = createHash(algorithm);
  }

  /** Opens `<target>.part`, empty or with what an earlier attempt left there. */
  static async open(target: string, algorithm: 'md5' | 'sha256'): Promise<PartFile> {
    const handle = await open(`${target}.part`, constants.O_RDWR | constants.O_CREAT);
    const part = new PartFile(target, handle, algorithm);
    try {
      await part.#takeOver(handle);
    } catch (error) {
      await part.close();
      throw error;
    }
    return part;
  }

  /** Bytes that are there. */
  get size(): number {
    return this.#size;
  }

  /** Undefined if nothing is there, or nobody knows what it is the beginning of. */
  get origin(): PartOrigin | undefined {
    return this.#origin;
  }

  /** Throws away what is there, and notes what comes next. */
  async restart(origin?: PartOrigin): Promise<void> {
    await this.#open().truncate(0);
    this.#size = 0;
    this.#hash = createHash(this.#algorithm);
    this.#origin = origin;
    if (origin === undefined) await rm(this.#notes, { force: true });
    else await writeFile(this.#notes, JSON.stringify(origin));
  }

  /** Adds bytes at the end. */
  async append(bytes: Uint8Array): Promise<void> {
    const handle = this.#open();
    let written = 0;
    while (written < bytes.length) {
      const { bytesWritten } = await handle.write(bytes, written, bytes.length - written, this.#size + written);
      written += bytesWritten;
    }
    this.#hash.update(bytes);
    this.#size += bytes.length;
  }

  /** The first bytes of what is there, at most `length`. */
  async head(length: number): Promise<Uint8Array> {
    const { buffer, bytesRead } = await this.#open().read(new Uint8Array(length), 0, length, 0);
    return buffer.subarray(0, bytesRead);
  }

  /** The hash of what is there, hexadecimal. */
  digest(): string {
    return this.#hash.copy().digest('hex');
  }

  /** Makes it the file: in one step, and only after the disk has it. */
  async finish(): Promise<void> {
    await this.#open().sync();
    await this.close();
    await rename(this.path, this.#target);
    await rm(this.#notes, { force: true });
  }

  /** Closes and removes it. */
  async discard(): Promise<void> {
    await this.close();
    await rm(this.path, { force: true });
    await rm(this.#notes, { force: true });
  }

  /** Closes it; what is there stays for later. A second call does nothing. */
  async close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close();
  }

  get #notes(): string {
    return `${this.path}.json`;
  }

  #open(): FileHandle {
    if (this.#handle === undefined) throw new Error(`${this.path} is closed`);
    return this.#handle;
  }

  async #takeOver(handle: FileHandle): Promise<void> {
    this.#origin = await readOrigin(this.#notes);
    if (this.#origin === undefined) return this.restart();
    const buffer = Buffer.allocUnsafe(1 << 20);
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, this.#size);
      if (bytesRead === 0) return;
      this.#hash.update(buffer.subarray(0, bytesRead));
      this.#size += bytesRead;
    }
  }
}

async function readOrigin(path: string): Promise<PartOrigin | undefined> {
  try {
    const notes = JSON.parse(await readFile(path, 'utf8')) as Partial<Record<keyof PartOrigin, unknown>> | null;
    const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
    const address = text(notes?.address);
    const bytes = notes?.bytes;
    if (address === undefined || typeof bytes !== 'number') return undefined;
    return { address, bytes, validator: text(notes?.validator), md5: text(notes?.md5) };
  } catch {
    // Missing or damaged notes: the part is of no use.
    return undefined;
  }
}
