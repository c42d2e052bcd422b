import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stateFolder } from './workspace.mjs';

const path = join(stateFolder, 'lock');
const pollMilliseconds = 200;

/**
 * Does work that two processes must not do at once, such as two commands that find the same sources changed.
 * A lock whose process has died is taken over.
 *
 * @param {() => Promise<void>} work
 */
export async function whileLocked(work) {
  mkdirSync(stateFolder, { recursive: true });
  while (!tryToLock()) {
    if (holderIsGone()) rmSync(path, { force: true });
    else await sleep(pollMilliseconds);
  }
  try {
    await work();
  } finally {
    rmSync(path, { force: true });
  }
}

function tryToLock() {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    return false;
  }
}

function holderIsGone() {
  try {
    const holder = Number(readFileSync(path, 'utf8'));
    // An empty file is one that its process is about to write.
    if (holder > 0) process.kill(holder, 0);
    return false;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'ESRCH';
  }
}
