import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { OpenWeightsOptions } from '@graft-ml/core';
import type { PublishedFile } from '@graft-ml/core/published-weights';
import { cacheFolder } from '../cache/cache-folder.js';

/** Where published weights are looked for. */
export interface PublishedFolders {
  /** Keras' own: `$KERAS_HOME/models`, else `~/.keras/models`. It is only read. */
  readonly keras: string;
  /** Where graft puts what it fetches: `weights` in its cache folder. */
  readonly graft: string;
}

export function publishedFolders(environment: NodeJS.ProcessEnv = process.env): PublishedFolders {
  return {
    keras: join(environment['KERAS_HOME'] || join(homedir(), '.keras'), 'models'),
    graft: join(cacheFolder(environment), 'weights'),
  };
}

/**
 * Says where a file lies that has the published size. Reads nothing of it, so a list of all networks is there at once.
 * @returns `undefined` if it lies nowhere.
 */
export async function findBySize(
  file: PublishedFile,
  folders: PublishedFolders,
): Promise<{ readonly place: keyof PublishedFolders; readonly path: string } | undefined> {
  for (const place of ['keras', 'graft'] as const) {
    const path = join(folders[place], file.name);
    const size = await sizeOf(path);
    if (size !== undefined && size === (file.bytes ?? size)) return { place, path };
  }
  return undefined;
}

/**
 * Finds a published file that is whole: of the published size and hash.
 *
 * One in Keras' folder that differs is left there, with a note; one in graft's own is removed.
 * @returns Its path; `undefined` if it lies nowhere.
 */
export async function findPublishedFile(
  file: PublishedFile,
  folders: PublishedFolders,
  { onWarning, signal }: Pick<OpenWeightsOptions, 'onWarning' | 'signal'> = {},
): Promise<string | undefined> {
  for (const place of ['keras', 'graft'] as const) {
    const path = join(folders[place], file.name);
    const size = await sizeOf(path);
    if (size === undefined) continue;
    const difference = await describeDifference({ path, size, file, signal });
    if (difference === undefined) return path;
    const removed = place === 'graft';
    if (removed) await rm(path, { force: true });
    onWarning?.(`${path} is not the published file: ${difference}; ${removed ? 'removed' : 'ignored'}`);
  }
  return undefined;
}

async function sizeOf(path: string): Promise<number | undefined> {
  const facts = await stat(path).catch(() => undefined);
  return facts?.isFile() === true ? facts.size : undefined;
}

async function describeDifference(options: {
  readonly path: string;
  readonly size: number;
  readonly file: PublishedFile;
  readonly signal: AbortSignal | undefined;
}): Promise<string | undefined> {
  const { path, size, file, signal } = options;
  if (file.bytes !== undefined && size !== file.bytes) return `it has ${size} bytes instead of ${file.bytes}`;
  if (file.hash === undefined) return undefined;
  const { algorithm, hex } = file.hash;
  const hash = createHash(algorithm);
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash, signal === undefined ? {} : { signal });
  const actual = hash.digest('hex');
  return actual === hex ? undefined : `its ${algorithm} is ${actual} instead of ${hex}`;
}
