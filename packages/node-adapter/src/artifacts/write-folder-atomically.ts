import { open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { makeFolder } from './make-folder.js';
import { isAbandoned, removeAbandoned, temporaryPath, temporaryStem } from './temporary-path.js';

const movedAside = '.old';

/**
 * Fills a folder beside its place and moves it there when whole, so that the place holds a complete folder or none. What was
 * there is replaced.
 *
 * @param write - Fills the folder at the path it is given; if it throws, nothing is left behind.
 * @throws What `write` throws, and the file system's own errors.
 */
export async function writeFolderAtomically<Result>(
  folder: string,
  write: (staged: string) => Promise<Result>,
): Promise<Result> {
  const target = resolve(folder);
  await recoverFolder(target);
  await removeAbandoned(dirname(target));
  const staged = temporaryPath(target);
  try {
    await makeFolder(staged);
    const result = await write(staged);
    await syncFolder(staged);
    await replace(target, staged);
    return result;
  } catch (error) {
    await rm(staged, { recursive: true, force: true });
    throw error;
  }
}

async function replace(target: string, staged: string): Promise<void> {
  const old = staged + movedAside;
  const existed = await rename(target, old).then(
    () => true,
    () => false,
  );
  try {
    await rename(staged, target);
  } catch (error) {
    if (existed) await rename(old, target);
    throw error;
  }
  await syncFolder(dirname(target));
  if (!existed) return;
  // What is half removed must not be taken for what was moved aside.
  await rename(old, staged);
  await rm(staged, { recursive: true, force: true });
}

/**
 * Ends a replacement in the middle of which a process was killed: the new folder, which was whole by then, takes its place, or
 * the old one goes back; the other is removed.
 */
export async function recoverFolder(folder: string): Promise<void> {
  const target = resolve(folder);
  const parent = dirname(target);
  const stem = temporaryStem(target);
  const names = await readdir(parent).catch((): string[] => []);
  for (const name of names.filter((one) => one.startsWith(stem) && one.endsWith(movedAside))) {
    const old = join(parent, name);
    const staged = old.slice(0, -movedAside.length);
    if (!(await isAbandoned(old))) continue;
    for (const path of [staged, old]) {
      if ((await stat(target).catch(() => undefined)) !== undefined) break;
      // Another process may be at it as well.
      await rename(path, target).catch(() => undefined);
    }
    for (const path of [staged, old]) await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** Makes renames last through a power cut; some systems cannot open folders, and need not. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  try {
    await handle?.sync();
  } catch {
    // Not every file system can sync a folder; the rename is still atomic.
  } finally {
    await handle?.close();
  }
}
