import { createHash } from 'node:crypto';
import { readdir, readFile, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { CacheError, reasonOf, type GraphStore } from '@graft-ml/core';
import { makeFolder } from '../artifacts/make-folder.js';
import { writeFileAtomically } from '../artifacts/write-file-atomically.js';

/** Options of {@link folderGraphStore}. */
export interface FolderGraphStoreOptions {
  readonly folder: string;
  /** Bytes on disk; the graphs that were used longest ago go first. Default: 1 GB. */
  readonly limitBytes?: number | undefined;
  /** A clock. Default: the system's. */
  readonly now?: (() => Date) | undefined;
}

const defaultLimitBytes = 1e9;
const digestBytes = 32;
const ending = '.graph';

/**
 * Keeps compiled graphs as files, each behind its own SHA-256: a file that was cut short or changed is not used.
 *
 * @example `const runtime = { ...nodeRuntime(), graphs: folderGraphStore({ folder: '/scratch/graphs' }) };`
 */
export function folderGraphStore(options: FolderGraphStoreOptions): GraphStore {
  const { folder, limitBytes = defaultLimitBytes, now = () => new Date() } = options;
  const fileOf = (key: string): string => {
    if (!/^[0-9a-f]+$/.test(key)) throw new RangeError(`"${key}" is no key of a graph; expected hexadecimal digits`);
    return join(folder, key + ending);
  };
  // When a graph was last used decides what goes; that it cannot be noted in a read-only folder does not matter.
  const noteUse = (file: string) => utimes(file, now(), now()).catch(() => undefined);
  return {
    async get(key) {
      const file = fileOf(key);
      const bytes = await readFile(file).catch(() => undefined);
      if (bytes === undefined) return undefined;
      const graph = bytes.subarray(digestBytes);
      if (!bytes.subarray(0, digestBytes).equals(digestOf(graph))) {
        await rm(file, { force: true }).catch(() => undefined);
        return undefined;
      }
      await noteUse(file);
      return graph;
    },
    async set(key, graph) {
      try {
        await makeFolder(folder);
        // It can be made again: waiting for the disk is not worth it.
        await writeFileAtomically(fileOf(key), Buffer.concat([digestOf(graph), graph]), { durable: false });
        await noteUse(fileOf(key));
        await removeOldest(folder, limitBytes);
      } catch (cause) {
        throw new CacheError(`cannot keep a compiled graph in ${folder}: ${reasonOf(cause)}`, {
          subject: folder,
          cause,
        });
      }
    },
  };
}

function digestOf(graph: Uint8Array): Buffer {
  return createHash('sha256').update(graph).digest();
}

async function removeOldest(folder: string, limitBytes: number): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(ending));
  const files = await Promise.all(
    names.map(async (name) => {
      const facts = await stat(join(folder, name)).catch(() => undefined);
      return { name, bytes: facts?.size ?? 0, used: facts?.mtimeMs ?? 0 };
    }),
  );
  let total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  for (const { name, bytes } of files.sort((a, b) => a.used - b.used)) {
    if (total <= limitBytes) return;
    await rm(join(folder, name), { force: true });
    total -= bytes;
  }
}
