import { readdir, stat } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { listPublishedWeights } from '@graft-ml/core/published-weights';
import { cacheFolder } from '../cache/cache-folder.js';
import { availableCores } from '../engines/available-cores.js';
import { findBySize, publishedFolders } from '../weights/published-file-places.js';

/** What graft finds around itself. */
export interface MachineReport {
  /** Node's version, e.g. `v20.19.0`. */
  readonly node: string;
  /** E.g. `linux x64`. */
  readonly platform: string;
  readonly processor: string;
  /** Cores of the machine, and those that this process gets. */
  readonly cores: { readonly machine: number; readonly available: number };
  /** Of the machine, and what its container allows; null without a limit. */
  readonly memory: { readonly bytes: number; readonly limitBytes: number | null };
  readonly cache: { readonly folder: string; readonly bytes: number };
  /** Versions of what reads images. */
  readonly images: { readonly sharp: string; readonly libvips: string };
  /** Networks whose ImageNet weights lie here. */
  readonly weights: readonly { readonly name: string; readonly path: string }[];
}

/**
 * Gathers it; nothing is changed, and nothing fetched.
 *
 * @example `const { node, cores } = await describeMachine();`
 */
export async function describeMachine(): Promise<MachineReport> {
  const { versions } = (await import('sharp')).default;
  const processors = cpus();
  const limit = process.constrainedMemory();
  const folder = cacheFolder();
  return {
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    processor: processors[0]?.model.trim() ?? 'unknown',
    cores: { machine: processors.length, available: availableCores() },
    memory: { bytes: totalmem(), limitBytes: limit > 0 && limit < totalmem() ? limit : null },
    cache: { folder, bytes: await folderSize(folder) },
    images: { sharp: versions.sharp, libvips: versions.vips },
    weights: await weightsHere(),
  };
}

async function weightsHere(): Promise<{ name: string; path: string }[]> {
  const folders = publishedFolders();
  const found = await Promise.all(
    listPublishedWeights().map(async ({ name, file }) => {
      const place = file && (await findBySize(file, folders));
      return place === undefined ? [] : [{ name, path: place.path }];
    }),
  );
  return found.flat();
}

/** Bytes that its files take on disk; 0 if it is not there. Sparse files count by what is written of them. */
async function folderSize(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  let bytes = 0;
  for (const name of names) {
    const status = await stat(join(folder, name)).catch(() => undefined);
    if (status?.isFile()) bytes += status.blocks === 0 ? status.size : status.blocks * 512;
  }
  return bytes;
}
