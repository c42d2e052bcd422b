import { readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { reasonOf } from '@graft-ml/core';

/** Files that systems leave in folders; nobody means them as images. */
const CLUTTER = new Set(['Thumbs.db', 'desktop.ini', '__MACOSX']);

/** Order by UTF-16 code units, the same on every machine and in every language. */
export function compareCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** True for names that begin with a dot and for what systems leave behind, such as `Thumbs.db`. */
export function isClutter(name: string): boolean {
  return name.startsWith('.') || CLUTTER.has(name);
}

/** What {@link walkFiles} found. */
export interface WalkedFiles {
  /** Paths relative to the root, with `/`, unsorted. */
  readonly files: string[];
  /** What is there but was left out, and why. Its paths begin with the root. */
  readonly skipped: SkippedFile[];
}

/** A file that was left out, and why. */
export interface SkippedFile {
  readonly path: string;
  readonly reason: string;
}

/**
 * Lists the files below a folder, nested ones too.
 *
 * Links are followed as long as they stay inside `root`, each folder once, so that loops end; one that leaves `root` is
 * skipped. A link to nothing counts as a file: whoever reads it finds out and reports it. Pipes and devices are skipped, and folders
 * that cannot be read.
 * Hidden files and clutter are not mentioned: nobody means them.
 *
 * @param root - The folder that links must not leave.
 * @param folders - Where to begin, relative to `root`; default: everywhere.
 */
export async function walkFiles(root: string, folders: readonly string[] = ['']): Promise<WalkedFiles> {
  const realRoot = await realpath(root);
  const files: string[] = [];
  const skipped: SkippedFile[] = [];
  const skip = (relative: string, reason: string) => skipped.push({ path: join(root, relative), reason });
  const visited = new Set<string>();
  let links: string[] = [];

  const walk = async (folder: string): Promise<void> => {
    const path = join(root, folder);
    let entries;
    try {
      visited.add(await realpath(path));
      entries = await readdir(path, { withFileTypes: true });
    } catch (cause) {
      skip(folder, unreadable(cause));
      return;
    }
    for (const entry of entries) {
      if (isClutter(entry.name)) continue;
      const relative = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isSymbolicLink()) links.push(relative);
      else if (entry.isDirectory()) await walk(relative);
      else if (entry.isFile()) files.push(relative);
      else skip(relative, NO_REGULAR_FILE);
    }
  };
  for (const folder of folders) await walk(folder);

  // Real folders come first: a link to one of them adds nothing.
  while (links.length > 0) {
    const pending = links.sort(compareCodeUnits);
    links = [];
    for (const link of pending) {
      const target = await resolveLink(join(root, link));
      if (target === 'broken') files.push(link);
      else if (!isInside(target.path, realRoot)) skip(link, `it is a link to a place outside of ${root}`);
      else if (target.kind === 'file') files.push(link);
      else if (target.kind === 'other') skip(link, NO_REGULAR_FILE);
      else if (!visited.has(target.path)) await walk(link);
    }
  }
  return { files, skipped };
}

const NO_REGULAR_FILE = 'it is a pipe, a socket or a device, no regular file';

/** Why a file or folder cannot be read, for people. */
export function unreadable(cause: unknown): string {
  const reasons: Readonly<Record<string, string>> = {
    EACCES: 'permission is denied',
    ENAMETOOLONG: 'its path is too long',
    ELOOP: 'it is a link that goes round',
  };
  const { code = '' } = cause as NodeJS.ErrnoException;
  return `it cannot be read: ${reasons[code] ?? reasonOf(cause)}`;
}

/** True if `path` is `root` or lies below it; both resolved. */
export function isInside(path: string, root: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);
}

interface LinkTarget {
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'other';
}

async function resolveLink(path: string): Promise<LinkTarget | 'broken'> {
  try {
    const target = await realpath(path);
    const status = await stat(target);
    return { path: target, kind: status.isFile() ? 'file' : status.isDirectory() ? 'folder' : 'other' };
  } catch {
    return 'broken';
  }
}
