import { dirname, join, resolve } from 'node:path';
import { DatasetError, type ImageReference } from '@graft-ml/core';
import { globFiles, isFilePattern } from './glob-files.js';
import { listImages } from './list-images.js';
import { keepPresent, readManifestRows } from './manifest/load-manifest.js';
import { isManifestFile, type OpenDatasetOptions } from './open-dataset.js';
import type { SkippedFile } from './walk-files.js';

/** Images without labels. */
export interface OpenedImages {
  readonly images: readonly ImageReference[];
  readonly skipped: readonly SkippedFile[];
}

/**
 * The images of a folder (with its nested folders), of a manifest's rows, or of a pattern; labels are not needed.
 * @throws ImageError or DatasetError if there are none.
 */
export async function openImages(location: string, options: OpenDatasetOptions = {}): Promise<OpenedImages> {
  if (await isManifestFile(location)) return openRows(location, options);
  if (await isFilePattern(location)) {
    const { root, files, skipped } = await globFiles(location);
    return { images: files.map((file) => join(root, ...file.split('/'))), skipped };
  }
  return { images: await listImages([location]), skipped: [] };
}

async function openRows(file: string, options: OpenDatasetOptions): Promise<OpenedImages> {
  const root = resolve(options.root ?? dirname(file));
  const { rows, skipped } = await readManifestRows(file, { ...options, root, required: ['path'] });
  const there = await keepPresent(rows, { root, skipped });
  if (there.length === 0) {
    throw new DatasetError(`${file} names no file that is there; paths are relative to ${root}`, { subject: file });
  }
  return { images: there.map((row) => row.source), skipped };
}
