import { readdir, realpath, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { DatasetError, quoteNames, type Dataset } from '@graft-ml/core';
import { compareCodeUnits, isClutter, isInside, unreadable, walkFiles } from './walk-files.js';

/**
 * Loads a folder of images as a data set: each folder in it is a class, and every file below that, also in nested
 * folders, is one of its samples. Nothing is read yet: a file that is no image shows up when it is decoded.
 *
 * Classes and then files are sorted by code units; a sample's `id` is its path within `root`, with `/`. Hidden files,
 * `Thumbs.db` and the like, and loose files beside the class folders are left out. Links are followed inside `root` only;
 * one that leads elsewhere is listed in `skipped`.
 *
 * @throws DatasetError if `root` is missing or no folder, or does not hold two class folders with files in each.
 * @example `const dataset = await loadImageFolder('dataset'); // dataset/covid/a.png, dataset/normal/b.jpg, …`
 */
export async function loadImageFolder(root: string): Promise<Dataset> {
  await requireFolder(root);
  const classNames = await listClassFolders(root).catch((cause: unknown) => {
    if (cause instanceof DatasetError) throw cause;
    throw new DatasetError(`${root} is no data set: ${unreadable(cause)}; check its permissions`, {
      subject: root,
      cause,
    });
  });
  if (classNames.length === 0) {
    throw new DatasetError(`${root} holds no class folders; put the images of each class into a folder of its own`, {
      subject: root,
    });
  }
  if (classNames.length === 1) {
    throw new DatasetError(
      `${root} holds one class, ${quoteNames(classNames)}, but two are needed; add a folder for another class`,
      { subject: root },
    );
  }

  const idsByClass = new Map<string, string[]>(classNames.map((name) => [name, []]));
  const { files, skipped } = await walkFiles(root, classNames);
  for (const id of files) idsByClass.get(id.slice(0, id.indexOf('/')))?.push(id);
  const empty = classNames.filter((name) => idsByClass.get(name)?.length === 0);
  if (empty.length === classNames.length) {
    throw new DatasetError(
      `${root} holds no images: its folders ${quoteNames(empty)} are empty; put images into them`,
      {
        subject: root,
      },
    );
  }
  if (empty.length > 0) {
    const why = skipped.find(({ path }) => empty.some((name) => path === join(root, name)));
    throw new DatasetError(
      `${root} holds no images of ${quoteNames(empty)}${why === undefined ? '' : ` (${why.reason})`}; put images into each class folder or remove it`,
      { subject: root },
    );
  }

  const samples = classNames.flatMap((label) =>
    (idsByClass.get(label) ?? [])
      .sort(compareCodeUnits)
      .map((id) => ({ id, source: join(resolve(root), ...id.split('/')), label })),
  );
  return { classNames, samples, skipped };
}

async function requireFolder(root: string): Promise<void> {
  let isFolder;
  try {
    isFolder = (await stat(root)).isDirectory();
  } catch (error) {
    throw new DatasetError(`${root} cannot be opened: there is no such folder; check the path`, {
      subject: root,
      cause: error,
    });
  }
  if (!isFolder) {
    throw new DatasetError(`${root} is a file, expected a folder with one folder of images for each class`, {
      subject: root,
    });
  }
}

async function listClassFolders(root: string): Promise<string[]> {
  const realRoot = await realpath(root);
  const names: string[] = [];
  for (const entry of await readdir(root, { withFileTypes: true })) {
    if (isClutter(entry.name)) continue;
    if (entry.isDirectory()) names.push(entry.name);
    else if (entry.isSymbolicLink() && (await isLinkedFolder(join(root, entry.name), realRoot))) names.push(entry.name);
  }
  return names.sort(compareCodeUnits);
}

/** A class that lies elsewhere is an error, not left out: the data set would silently lack a class. */
async function isLinkedFolder(path: string, realRoot: string): Promise<boolean> {
  let target;
  try {
    target = await realpath(path);
    if (!(await stat(target)).isDirectory()) return false;
  } catch {
    return false;
  }
  if (isInside(target, realRoot)) return true;
  throw new DatasetError(`${path} is a link to ${target}, outside of the data set; put the folder itself there`, {
    subject: path,
  });
}
