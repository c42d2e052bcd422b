import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ImageError, type SkippedImage } from '@graft-ml/core';
import { globFiles, isFilePattern } from './glob-files.js';
import { compareCodeUnits, unreadable, walkFiles } from './walk-files.js';

/** Options of {@link listImages}. */
export interface ListImagesOptions {
  /** Told of what is there but left out: links that lead elsewhere, pipes, devices, folders that cannot be read. */
  readonly onSkipped?: ((file: SkippedImage) => void) | undefined;
}

/**
 * The image files that a list of files, folders and patterns stands for: files as they are, and each folder's or pattern's
 * files, nested ones too, sorted by code units. Hidden files, `Thumbs.db` and the like are left out of folders; so are links that lead
 * elsewhere, pipes, devices and folders that cannot be read, of which `onSkipped` is told.
 *
 * @returns Paths that begin with the input they come from, in the inputs' order.
 * @throws ImageError if an input is missing, or a folder holds no files.
 * @example `await listImages(['a.jpg', 'holdout/covid'])`
 */
export async function listImages(inputs: readonly string[], { onSkipped }: ListImagesOptions = {}): Promise<string[]> {
  const paths: string[] = [];
  for (const input of inputs) {
    if (await isFilePattern(input)) {
      const { root, files, skipped } = await globFiles(input);
      for (const file of skipped) onSkipped?.(file);
      for (const file of files) paths.push(join(root, ...file.split('/')));
      continue;
    }
    if (!(await isFolder(input))) {
      paths.push(input);
      continue;
    }
    const { files, skipped } = await walkFiles(input);
    if (files.length === 0) {
      const why = skipped[0] === undefined ? '' : ` (${skipped[0].path}: ${skipped[0].reason})`;
      throw new ImageError(`${input} holds no files${why}, expected images; name a folder of images`, {
        subject: input,
      });
    }
    for (const file of skipped) onSkipped?.(file);
    for (const file of files.sort(compareCodeUnits)) paths.push(join(input, ...file.split('/')));
  }
  return paths;
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const reason = isMissing ? 'cannot be read: there is no such file or folder' : unreadable(error).slice(3);
    throw new ImageError(`${path} ${reason}; check the path`, {
      subject: path,
      cause: error,
    });
  }
}
