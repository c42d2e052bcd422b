import { dirname, resolve } from 'node:path';
import { isFilePattern } from './glob-files.js';
import { isManifestFile } from './open-dataset.js';

/**
 * The folder that a data set's paths can be told from: its own, that of its file of rows, or the fixed part of a pattern.
 *
 * @param root - What a manifest's paths are relative to. Default: the manifest's folder.
 * @returns An absolute path.
 */
export async function datasetFolder(location: string, root?: string): Promise<string> {
  if (root !== undefined) return resolve(root);
  const isOfFiles = (await isManifestFile(location)) || (await isFilePattern(location));
  return isOfFiles ? folderOfFiles(location) : resolve(location);
}

/** The folder of a file of rows, or the fixed part of a pattern. */
export function folderOfFiles(location: string): string {
  return dirname(resolve(location.replace(/[*?[{(].*$/s, 'x')));
}
