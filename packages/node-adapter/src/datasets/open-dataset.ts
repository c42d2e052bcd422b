import { stat } from 'node:fs/promises';
import { DatasetError, quoteNames, type Dataset } from '@graft-ml/core';
import { isFilePattern } from './glob-files.js';
import { loadImageFolder } from './load-image-folder.js';
import { loadImageGlob } from './load-image-glob.js';
import { loadManifest, type LoadManifestOptions } from './manifest/load-manifest.js';
import { isTableFile } from './manifest/read-table.js';

/** What the commands take where they say DATASET. */
export type OpenDatasetOptions = Pick<LoadManifestOptions, 'root' | 'columns' | 'where' | 'signal'>;

/**
 * Opens a data set by what its location is: a folder with a folder for each class ({@link loadImageFolder}), a CSV, TSV
 * or JSON file of rows ({@link loadManifest}), or a pattern ({@link loadImageGlob}).
 *
 * @param options - For a manifest only.
 * @throws DatasetError if there is no such data set, or it does not hold two classes. RangeError for manifest options
 *   with anything else.
 * @example `const dataset = await openDataset('rows.csv', { where: { view: 'PA' } });`
 */
export async function openDataset(location: string, options: OpenDatasetOptions = {}): Promise<Dataset> {
  const isManifest = await isManifestFile(location);
  if (!isManifest) refuseManifestOptions(location, options);
  const dataset = isManifest
    ? await loadManifest(location, { ...options, unevenRows: false })
    : await openFiles(location);
  if (dataset.classNames.length > 1) return dataset;
  throw new DatasetError(
    `${location} holds one class, ${quoteNames(dataset.classNames)}, but two are needed; add images of another class`,
    { subject: location },
  );
}

/** True for a file whose name says that it holds rows, or a missing one that cannot be a folder by its name. */
export async function isManifestFile(location: string): Promise<boolean> {
  if (!isTableFile(location)) return false;
  const status = await stat(location).catch(() => undefined);
  return status === undefined ? !(await isFilePattern(location)) : !status.isDirectory();
}

async function openFiles(location: string): Promise<Dataset> {
  return (await isFilePattern(location)) ? loadImageGlob(location) : loadImageFolder(location);
}

function refuseManifestOptions(location: string, options: OpenDatasetOptions): void {
  const given = (['root', 'columns', 'where'] as const).filter((name) => options[name] !== undefined);
  if (given.length === 0) return;
  throw new RangeError(
    `${quoteNames(given)} is for a manifest (CSV, TSV or JSON), but ${location} is none; leave it out`,
  );
}
