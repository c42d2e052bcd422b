import { existsSync, rmSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { open } from 'lmdb';
import { dataSize } from './cache-generation.js';
import { featureFolder, graphFolder } from './cache-folder.js';
import { DEFAULT_CACHE_LIMIT } from './cache-settings.js';
import { generationFolder, listDamaged, listGenerations } from './generation-folders.js';

/** What a feature cache holds. */
export interface CacheInfo {
  /** Its folder, whether it is there or not. */
  readonly folder: string;
  /** Activations kept: one for each view of each image. */
  readonly entries: number;
  /** Bytes on disk. */
  readonly bytes: number;
  readonly limitBytes: number;
  /** Folders of damaged databases that were moved aside. */
  readonly damaged: readonly string[];
}

/** Looks into the feature cache below a cache folder. @param root - As `cacheFolder()` gives it. */
export async function cacheInfo(root: string, limitBytes: number = DEFAULT_CACHE_LIMIT): Promise<CacheInfo> {
  const folder = featureFolder(root);
  let entries = 0;
  let bytes = 0;
  for (const number of listGenerations(folder)) {
    const path = generationFolder(folder, number);
    bytes += dataSize(path);
    entries += await countEntries(path);
  }
  return { folder, entries, bytes, limitBytes, damaged: listDamaged(folder) };
}

/**
 * Deletes the feature cache and the compiled graphs below a cache folder. Processes that use them go on; what they write is lost.
 * @returns Bytes that were freed.
 */
export async function clearCache(root: string): Promise<number> {
  let bytes = 0;
  for (const folder of [featureFolder(root), graphFolder(root)]) {
    if (!existsSync(folder)) continue;
    for (const name of await readdir(folder, { recursive: true })) {
      const status = statSync(join(folder, name), { throwIfNoEntry: false });
      bytes += status?.isFile() ? status.size : 0;
    }
    rmSync(folder, { recursive: true, force: true });
  }
  return bytes;
}

async function countEntries(path: string): Promise<number> {
  try {
    const database = open({ path, encoding: 'binary', readOnly: true });
    const { entryCount } = database.getStats() as { readonly entryCount: number };
    await database.close();
    return entryCount;
  } catch {
    return 0;
  }
}
