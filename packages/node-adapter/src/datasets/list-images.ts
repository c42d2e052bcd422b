import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ImageError } from '@graft-ml/core';
import { globFiles, isFilePattern } from './glob-files.js';
import { compareCodeUnits, walkFiles } from './walk-files.js';

/**
 * The image files that a list of files, folders and patterns stands for: files as they are, and each folder's or pattern's
 * files, nested ones too, sorted by code units. Hidden files, `Thumbs.db` and the like are left out of folders.
 *
 * @returns Paths that begin with the input they come from, in the inputs' order.
 * @throws ImageError if an input is missing, or a folder holds no files.
 * @example `await listImages(['a.jpg', 'holdout/covid'])`
 */
export async function listImages(inputs: readonly string[]): Promise<string[]> {
  const paths: string[] = [];
  for (const input of inputs) {
    if (await isFilePattern(input)) {
      const { root, files } = await globFiles(input);
      for (const file of files) paths.push(join(root, ...file.split('/')));
      continue;
    }
    if (!(await isFolder(input))) {
      paths.push(input);
      continue;
    }
    const { files } = await walkFiles(input);
    if (files.length === 0) {
      throw new ImageError(`${input} holds no files, expected images; name a folder of images`, { subject: input });
    }
    for (const file of files.sort(compareCodeUnits)) paths.push(join(input, ...file.split('/')));
  }
  return paths;
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    throw new ImageError(`${path} cannot be read: there is no such file or folder; check the path`, {
      subject: path,
      cause: error,
    });
  }
}
