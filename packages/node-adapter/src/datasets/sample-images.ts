import { extname, join } from 'node:path';
import { DatasetError, pythonShuffle } from '@graft-ml/core';
import { listImages } from './list-images.js';
import { makeFolder } from '../artifacts/make-folder.js';
import { copyFileAtomically } from '../artifacts/write-file-atomically.js';

/** What {@link sampleImages} copies, from where and to where. */
export interface SampleImagesOptions {
  /** The folder of images to draw from, with its nested folders. */
  readonly directory: string;
  /** The folder for the copies; made if missing. */
  readonly out: string;
  /** How many to draw; at least 1. */
  readonly count: number;
  /** Goes into the copies' names; letters, digits, `-` and `_`. */
  readonly label: string;
  /** A whole number. Default 42. */
  readonly seed?: number | undefined;
}

/** What was copied. */
export interface SampleImagesResult {
  /** Paths of the copies, in the order drawn. */
  readonly copied: string[];
}

/**
 * The notebook's `sample_kaggle_dataset`: shuffles the images of a folder as Python's `random.seed(seed)` and
 * `random.shuffle` do, and copies the first `count` to `<out>/kaggle_<label>_<i>.<ext>`, i from 0. The files are taken in
 * sorted order, where the notebook took the file system's.
 *
 * @throws DatasetError if the folder holds fewer images; RangeError for a bad count, label or seed.
 * @example `await sampleImages({ directory: 'train/NORMAL', out: 'dataset/normal', count: 102, label: 'normal' });`
 */
export async function sampleImages(options: SampleImagesOptions): Promise<SampleImagesResult> {
  const { directory, out, count, label, seed = 42 } = options;
  if (!Number.isInteger(count) || count < 1) throw new RangeError(`count is ${count}; pass a whole number from 1`);
  if (!/^[\w-]+$/.test(label)) {
    throw new RangeError(`label is ${JSON.stringify(label)}; pass letters, digits, "-" and "_" only`);
  }
  const paths = await listImages([directory]);
  if (paths.length < count) {
    throw new DatasetError(`${directory} holds ${paths.length} images, asked for ${count}; ask for fewer`, {
      subject: directory,
    });
  }
  const drawn = pythonShuffle(paths, seed).slice(0, count);
  await makeFolder(out);
  const copied: string[] = [];
  for (const [i, source] of drawn.entries()) {
    const target = join(out, `kaggle_${label}_${i}${extname(source)}`);
    await copyFileAtomically(source, target, { durable: false });
    copied.push(target);
  }
  return { copied };
}
