import { open, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

/** Options of {@link withFileLock}. */
export interface FileLockOptions {
  readonly signal?: AbortSignal | undefined;
  /** How often a waiting process looks again. */
  readonly pollMs: number;
  /** A lock that its owner has not touched for so long is left over. Its owner touches it four times as often. */
  readonly staleMs: number;
  /** Told at each look while another process holds the lock. */
  readonly onWait?: (() => Promise<void>) | undefined;
}

/**
 * Runs work while no other process, on this machine or on one that shares the folder, does so under the same lock file.
 *
 * The lock may fail: on a network drive with a clock far off, two could hold it. It belongs where that does no lasting harm.
 *
 * @throws what `work` throws, and the signal's reason.
 */
export async function withFileLock<Result>(
  path: string,
  options: FileLockOptions,
  work: () => Promise<Result>,
): Promise<Result> {
  const owner = JSON.stringify({ host: hostname(), pid: process.pid, id: randomUUID() });
  while (!(await take(path, owner))) {
    options.signal?.throwIfAborted();
    if (await removeIfStale(path, options.staleMs)) continue;
    await options.onWait?.();
    await sleep(options.pollMs, undefined, options.signal && { signal: options.signal });
  }
  const touch = setInterval(
    () => void utimes(path, new Date(), new Date()).catch(() => undefined),
    options.staleMs / 4,
  );
  touch.unref();
  try {
    return await work();
  } finally {
    clearInterval(touch);
    if ((await readOwner(path)) === owner) await rm(path, { force: true });
  }
}

async function take(path: string, owner: string): Promise<boolean> {
  try {
    const handle = await open(path, 'wx');
    try {
      await handle.writeFile(owner);
    } finally {
      await handle.close();
    }
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Removes a lock whose owner is gone. @returns Whether it is worth trying again at once. */
export async function removeIfStale(path: string, staleMs: number): Promise<boolean> {
  const [owner, facts] = await Promise.all([readOwner(path), stat(path).catch(() => undefined)]);
  if (facts === undefined) return true;
  if (Date.now() - facts.mtimeMs < staleMs && !isDead(owner)) return false;
  // Renamed first: of several that find it stale one gets it, and sees whether it is still the one it judged.
  const removed = `${path}.${randomUUID()}`;
  try {
    await rename(path, removed);
  } catch {
    return true;
  }
  const removedOwner = await readOwner(removed);
  if (removedOwner === owner) await rm(removed, { force: true });
  else await rename(removed, path);
  return true;
}

async function readOwner(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}

/** True if the owner ran on this machine and runs no more; a lock whose owner cannot be read is judged by its age. */
function isDead(owner: string | undefined): boolean {
  try {
    const { host, pid } = JSON.parse(owner ?? '') as { readonly host: unknown; readonly pid: unknown };
    if (host !== hostname() || typeof pid !== 'number') return false;
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
