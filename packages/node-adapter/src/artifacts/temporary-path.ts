import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readFileSync, readlinkSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';

/** What every temporary path ends in. */
export const temporaryEnding = '.part';
const pattern = /\.([0-9a-f]{12})-(\d+)-[0-9a-f]{8}\.part(?:\.old)?$/;
// What another machine that shares the folder left: its processes cannot be asked.
const abandonedAfterMs = 24 * 60 * 60 * 1000;
// With what is added to it the name stays below the 255 bytes that file systems allow, whatever its characters.
const longestStem = 40;

/**
 * A hidden path beside `target`, for what is moved there when whole: a rename across file systems is no single step. It names
 * the process that writes, so that another can tell what was left behind.
 */
export function temporaryPath(target: string): string {
  const path = resolve(target);
  const id = randomUUID().slice(0, 8);
  return join(dirname(path), `${temporaryStem(path)}${thisPlace()}-${process.pid}-${id}${temporaryEnding}`);
}

/** What the names of all temporary paths of a target begin with. */
export function temporaryStem(target: string): string {
  return `.${[...basename(resolve(target))].slice(0, longestStem).join('')}.`;
}

/**
 * Removes what processes that were killed have left in a folder under a {@link temporaryPath}. What cannot be read or removed
 * stays.
 */
export async function removeAbandoned(folder: string): Promise<void> {
  const names = await readdir(folder).catch((): string[] => []);
  for (const name of names.filter((one) => one.endsWith(temporaryEnding))) {
    const path = join(folder, name);
    // What was moved aside for it goes back first: see `recoverFolder`.
    if (existsSync(`${path}.old`) || !(await isAbandoned(path))) continue;
    await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** Whether a temporary path's process is gone: it ran here and runs no more, or has not touched it for a day. */
export async function isAbandoned(path: string): Promise<boolean> {
  const [, place, pid] = pattern.exec(path) ?? [];
  if (place === undefined || pid === undefined) return false;
  if (place === thisPlace()) return !isRunning(Number(pid));
  const facts = await stat(path).catch(() => undefined);
  return facts !== undefined && Date.now() - facts.mtimeMs > abandonedAfterMs;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

let place: string | undefined;

/** Where process numbers mean the same: a machine since it was started, or a container on it. */
function thisPlace(): string {
  place ??= createHash('sha256')
    .update(hostname())
    .update(textOf(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')))
    .update(textOf(() => readlinkSync('/proc/self/ns/pid')))
    .digest('hex')
    .slice(0, 12);
  return place;
}

/** Other systems than Linux have neither file. */
function textOf(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}
