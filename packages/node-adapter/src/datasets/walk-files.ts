import { readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';

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

/**
 * Lists the files below a folder, nested ones too: paths relative to `root` with `/`, unsorted.
 *
 * Links are followed as long as they stay inside `root`, each folder once, so that loops end. A link to nothing counts as
 * a file: whoever reads it finds out and reports it. Hidden files, clutter, pipes and devices are left out.
 *
 * @param root - The folder that links must not leave.
 * @param folders - Where to begin, relative to `root`; default: everywhere.
 */
export async function walkFiles(root: string, folders: readonly string[] = ['']): Promise<string[]> {
  const realRoot = await realpath(root);
  const files: string[] = [];
  const visited = new Set<string>();
  let links: string[] = [];

  const walk = async (folder: string): Promise<void> => {
    const path = join(root, folder);
    visited.add(await realpath(path));
    for (const entry of await readdir(path, { withFileTypes: true })) {
      if (isClutter(entry.name)) continue;
      const relative = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isSymbolicLink()) links.push(relative);
      else if (entry.isDirectory()) await walk(relative);
      else if (entry.isFile()) files.push(relative);
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
      else if (!isInside(target.path, realRoot)) continue;
      else if (target.kind === 'file') files.push(link);
      else if (target.kind === 'folder' && !visited.has(target.path)) await walk(link);
    }
  }
  return files;
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
