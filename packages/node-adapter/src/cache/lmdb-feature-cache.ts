import { mkdirSync } from 'node:fs';
import { CacheError, reasonOf, type FeatureCache } from '@graft-ml/core';
import { open, type RootDatabase } from 'lmdb';

/** Options of {@link lmdbFeatureCache}. */
export interface LmdbFeatureCacheOptions {
  /** The cache's folder; made if it is not there. */
  readonly folder: string;
}

// Writes under way at once; more wait, so that a fast engine on a slow disk cannot fill the memory.
const writesUnderWay = 64;

/**
 * Keeps activations in LMDB: several processes may use it at once, and a process that is killed leaves it readable.
 * The database is opened at the first use.
 */
export function lmdbFeatureCache({ folder }: LmdbFeatureCacheOptions): FeatureCache {
  let database: RootDatabase<Buffer, string> | undefined;
  let failure: CacheError | undefined;
  // What is not yet committed cannot be read from the database: it is answered from here.
  const writes = new Map<string, { readonly activations: Float32Array; readonly done: Promise<unknown> }>();

  const fail = (action: string, cause: unknown): CacheError => {
    const reason = reasonOf(cause);
    return new CacheError(
      `the feature cache in ${folder} cannot be ${action}: ${reason}; free space there or set GRAFT_CACHE`,
      {
        subject: folder,
        cause,
      },
    );
  };
  const opened = (): RootDatabase<Buffer, string> => {
    if (database !== undefined) return database;
    try {
      mkdirSync(folder, { recursive: true });
      database = open<Buffer, string>({ path: folder, encoding: 'binary' });
    } catch (cause) {
      throw fail('opened', cause);
    }
    return database;
  };

  return {
    async get(key: string): Promise<Float32Array | undefined> {
      const underWay = writes.get(key);
      if (underWay !== undefined) return underWay.activations.slice();
      let bytes: Buffer | undefined;
      try {
        bytes = opened().get(key);
      } catch (cause) {
        throw cause instanceof CacheError ? cause : fail('read', cause);
      }
      if (bytes === undefined || bytes.byteLength % Float32Array.BYTES_PER_ELEMENT !== 0) return undefined;
      // A copy: the bytes may lie unaligned, and in memory that LMDB uses again.
      return new Float32Array(new Uint8Array(bytes).buffer);
    },
    async set(key: string, activations: Float32Array): Promise<void> {
      if (failure !== undefined) throw failure;
      const copy = activations.slice();
      const entry = {
        activations: copy,
        done: opened()
          .put(key, Buffer.from(copy.buffer))
          .catch((cause: unknown) => (failure ??= fail('written', cause)))
          .finally(() => {
            if (writes.get(key) === entry) writes.delete(key);
          }),
      };
      writes.set(key, entry);
      if (writes.size >= writesUnderWay) await Promise.race([...writes.values()].map(({ done }) => done));
    },
    async close(): Promise<void> {
      await Promise.all([...writes.values()].map(({ done }) => done));
      await database?.close();
      database = undefined;
    },
  };
}
