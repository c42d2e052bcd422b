import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isInside } from '../walk-files.js';

/** Folders read at the same time. */
const PARALLEL = 16;

/**
 * Which of many named files are there. Reads each folder once rather than asking for each file: a million files in a
 * thousand folders take a thousand calls.
 */
export class ListedFiles {
  readonly #root: string;
  /** Names of regular files for each folder; undefined for a folder that is missing or outside of the root. */
  readonly #folders: ReadonlyMap<string, FolderListing>;

  private constructor(root: string, folders: ReadonlyMap<string, FolderListing>) {
    this.#root = root;
    this.#folders = folders;
  }

  /** @param ids - Paths relative to `root`, with `/`, without `..`. */
  static async of(root: string, ids: Iterable<string>): Promise<ListedFiles> {
    const wanted = new Set<string>();
    for (const id of ids) wanted.add(folderOf(id));
    const realRoot = await realpath(root);
    const folders = new Map<string, FolderListing>();
    const queue = [...wanted];
    const work = async () => {
      for (let folder = queue.pop(); folder !== undefined; folder = queue.pop()) {
        folders.set(folder, await listFolder(join(root, folder), realRoot));
      }
    };
    await Promise.all(Array.from({ length: PARALLEL }, work));
    return new ListedFiles(realRoot, folders);
  }

  /** Undefined if the file is there; otherwise why it cannot be used. */
  async problem(id: string): Promise<string | undefined> {
    const listing = this.#folders.get(folderOf(id));
    if (listing === 'outside') return OUTSIDE;
    if (listing === undefined || listing === 'missing') return missing(id);
    if (listing.has(id.slice(id.lastIndexOf('/') + 1))) return undefined;
    // Links, and file systems that take names for equal that are not (`A.png`, `a.png`), are asked for one by one.
    try {
      const target = await realpath(join(this.#root, id));
      if (!isInside(target, this.#root)) return OUTSIDE;
      const status = await stat(target);
      if (status.isDirectory()) return 'it is a folder, expected an image file';
      return status.isFile() ? undefined : 'it is no regular file';
    } catch {
      return missing(id);
    }
  }

  /** True without asking the file system again: the fast path for the many. */
  has(id: string): boolean {
    const listing = this.#folders.get(folderOf(id));
    return typeof listing === 'object' && listing.has(id.slice(id.lastIndexOf('/') + 1));
  }
}

type FolderListing = ReadonlySet<string> | 'missing' | 'outside';

const OUTSIDE = 'it is a link to a place outside of the root';

function missing(id: string): string {
  return id.includes('\\') ? 'there is no such file; write / between folders' : 'there is no such file';
}

function folderOf(id: string): string {
  const end = id.lastIndexOf('/');
  return end < 0 ? '' : id.slice(0, end);
}

async function listFolder(path: string, realRoot: string): Promise<FolderListing> {
  try {
    if (!isInside(await realpath(path), realRoot)) return 'outside';
    const names = new Set<string>();
    for (const entry of await readdir(path, { withFileTypes: true })) if (entry.isFile()) names.add(entry.name);
    return names;
  } catch {
    return 'missing';
  }
}
