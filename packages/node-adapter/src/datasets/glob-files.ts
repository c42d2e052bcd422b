import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DatasetError } from '@graft-ml/core';
import picomatch from 'picomatch';
import { compareCodeUnits, walkFiles, type WalkedFiles } from './walk-files.js';

/** What a pattern found. */
export interface GlobbedFiles extends WalkedFiles {
  /** The folder that `files` are relative to: the part of the pattern before its first wildcard. */
  readonly root: string;
}

/** True for a text with wildcards (`*`, `?`, `[…]`, `{…}`), unless something of exactly that name is there. */
export async function isFilePattern(location: string): Promise<boolean> {
  return picomatch.scan(location).isGlob && (await stat(location).catch(() => undefined)) === undefined;
}

/**
 * Lists the files that a pattern such as `photos/{cat,dog}/*.jpg` matches, sorted by code units. Folders are separated by `/` on
 * every system; hidden files and links that leave the fixed part of the pattern are not matched.
 *
 * @throws DatasetError if the fixed part is no folder, or nothing matches.
 * @example `const { root, files } = await globFiles('dataset/{covid,normal}/*.png');`
 */
export async function globFiles(pattern: string): Promise<GlobbedFiles> {
  const { prefix, base, glob, negated } = picomatch.scan(pattern);
  if (negated) {
    throw new DatasetError(`${pattern} says what not to match; say what to match`, { subject: pattern });
  }
  const unescaped = base.replaceAll(/\\(.)/g, '$1');
  const root = unescaped === '' ? prefix || '.' : unescaped;
  const status = await stat(root).catch(() => undefined);
  if (status?.isDirectory() !== true) {
    throw new DatasetError(`${pattern} cannot match: there is no folder ${root}; check the path`, { subject: pattern });
  }
  // `posix` makes `[!a]` mean "not a", as in a shell.
  const matches = picomatch(glob, { posix: true });
  const walked = await walkFiles(root);
  const files = walked.files.filter((file) => matches(file)).sort(compareCodeUnits);
  if (files.length === 0) {
    throw new DatasetError(`${pattern} matches no file below ${root}; quote the pattern, and check it`, {
      subject: pattern,
    });
  }
  const below = join(root, 'x').length - 1;
  return { root, files, skipped: walked.skipped.filter(({ path }) => matches(path.slice(below))) };
}
