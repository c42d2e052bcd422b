import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ClusterError, quoteNames, type ImageReference, type ImageSource, type Runtime } from '@graft-ml/node-adapter';
import * as z from 'zod';
import type { SharedStorage, StoredFile } from '../storage/shared-storage.js';
import type { DataRoot } from './data-root.js';
import type { TaskContext } from './task-context.js';

// A path says where an image lies, not what it is. The submitter notes what every file holds; workers look at the very bytes that
// they decode, so that nothing is read a second time.

/** A file beside the images that a job reads, by its path in payloads. */
export interface ReadFile {
  readonly path: string;
  readonly file: StoredFile;
}

/** Images of a shard by their names in records, each with its SHA-256; null for what the submitter could not read. */
const contentsSchema = z.array(z.tuple([z.string(), z.string().nullable()]));

/** So many files are read at the same time. */
const READERS = 16;

/**
 * Notes what images hold, as a file in the storage. Addresses are left out: they are read where the work is done.
 * @throws AbortedError's cause as `signal` has it.
 */
export async function storeContents(
  images: readonly ImageReference[],
  context: {
    readonly root: DataRoot;
    readonly storage: SharedStorage;
    readonly scratch: string;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<StoredFile> {
  const { root, storage, scratch, signal } = context;
  const files = images.filter((image) => typeof image === 'string');
  const contents: (readonly [string, string | null])[] = [];
  let next = 0;
  const reader = async (): Promise<void> => {
    for (let place = next++; place < files.length; place = next++) {
      signal?.throwIfAborted();
      const path = resolve(files[place] ?? '');
      const bytes = await readFile(path).catch(() => undefined);
      contents[place] = [root.toRecord(path), bytes === undefined ? null : sha256(bytes)];
    }
  };
  await Promise.all(Array.from({ length: READERS }, reader));
  const local = join(scratch, 'contents.json');
  await writeFile(local, JSON.stringify(contents));
  return storage.put(local);
}

/**
 * Does work with a runtime that knows every image by what it held when the job was submitted.
 *
 * @param files - Of {@link storeContents}; undefined where names are trusted.
 * @throws ClusterError that names an image which holds something else; what `work` throws.
 */
export async function withContents<Result>(
  files: readonly (StoredFile | undefined)[],
  context: TaskContext,
  work: (runtime: Runtime) => Promise<Result>,
): Promise<Result> {
  const known = new Map<string, string>();
  for (const file of files) {
    if (file === undefined) continue;
    for (const [name, digest] of await readContents(file, context)) if (digest !== null) known.set(name, digest);
  }
  const images = new KnownImages(context.runtime.images, known, context);
  const result = await work({ ...context.runtime, images });
  // Somebody on the way may have taken the refusal for an image that cannot be read.
  images.check();
  return result;
}

async function readContents(
  file: StoredFile,
  { storage, scratch }: TaskContext,
): Promise<z.infer<typeof contentsSchema>> {
  const local = join(scratch, 'contents.json');
  await storage.get(file, local);
  return contentsSchema.parse(JSON.parse(await readFile(local, 'utf8')));
}

/** Images that are refused where they hold other bytes than they should. */
class KnownImages implements ImageSource {
  readonly #images: ImageSource;
  readonly #known: ReadonlyMap<string, string>;
  readonly #context: TaskContext;
  readonly #replaced: string[] = [];

  constructor(images: ImageSource, known: ReadonlyMap<string, string>, context: TaskContext) {
    this.#images = images;
    this.#known = known;
    this.#context = context;
  }

  readonly read: ImageSource['read'] = async (reference, options) => {
    const bytes = await this.#images.read(reference, options);
    if (typeof reference !== 'string') return bytes;
    const wanted = this.#known.get(this.#context.root.toRecord(resolve(reference)));
    if (wanted !== undefined && wanted !== sha256(bytes)) {
      this.#replaced.push(resolve(reference));
      this.check();
    }
    return bytes;
  };

  readonly decode: ImageSource['decode'] = (bytes, options) => this.#images.decode(bytes, options);

  /** @throws ClusterError if an image was refused. */
  check(): void {
    if (this.#replaced.length > 0) throw holdsOther(this.#replaced, this.#context.worker);
  }
}

/** Notes what files beside the images hold: weights, a saved model's manifest, tables. */
export async function describeReads(paths: readonly string[], root: DataRoot): Promise<ReadFile[]> {
  const reads: ReadFile[] = [];
  for (const path of paths) {
    const file = await describeFile(path);
    // What is not there is named by who opens it.
    if (file !== undefined) reads.push({ path: root.toPayload(path), file });
  }
  return reads;
}

/**
 * Makes sure that this worker has the files that the submitter had.
 * @throws ClusterError that names one that is not there, or holds something else.
 */
export async function requireReads(reads: readonly ReadFile[], { root, worker }: TaskContext): Promise<void> {
  for (const { path, file } of reads) {
    const local = await root.fromPayload(path);
    const own = await describeFile(local);
    if (own === undefined) {
      throw new ClusterError(
        `worker ${worker} lacks ${quoteNames([local])}, which the submitter has; copy it, or mount the same folder there`,
        { subject: local },
      );
    }
    if (own.sha256 !== file.sha256) throw holdsOther([local], worker);
  }
}

async function describeFile(path: string): Promise<StoredFile | undefined> {
  const status = await stat(path).catch(() => undefined);
  if (status?.isFile() !== true) return undefined;
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return { sha256: hash.digest('hex'), bytes: status.size };
}

function holdsOther(paths: readonly string[], worker: string): ClusterError {
  return new ClusterError(
    `worker ${worker} has another ${quoteNames(paths.slice(0, 3))} than the submitter had: it was replaced since, or differs ` +
      'between the machines; bring them to the same state, and run the same command again',
    { subject: paths[0] ?? '' },
  );
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
