import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromRoot, stateFolder } from './workspace.mjs';

/**
 * One digest for a list of files: their paths and contents, not their times, so that a checkout or a copy changes nothing.
 *
 * @param {string[]} files Absolute paths.
 * @param {string[]} [more] Whatever else the result depends on.
 */
export function digestOf(files, more = []) {
  const hash = createHash('sha256');
  for (const text of more) hash.update(`${text}\0`);
  for (const file of files)
    hash
      .update(`${fromRoot(file)}\0`)
      .update(readFileSync(file))
      .update('\0');
  return hash.digest('hex');
}

/** @param {string} name @param {string} digest */
export function isStamped(name, digest) {
  try {
    return readFileSync(stampPath(name), 'utf8') === digest;
  } catch {
    return false;
  }
}

/** Says that a step is done. Call it last: a step that fails must leave no stamp. @param {string} name @param {string} digest */
export function writeStamp(name, digest) {
  mkdirSync(stateFolder, { recursive: true });
  writeFileSync(stampPath(name), digest);
}

/** @param {string} name */
export function removeStamp(name) {
  rmSync(stampPath(name), { force: true });
}

/** @param {string} name */
function stampPath(name) {
  return join(stateFolder, `${name.replaceAll('/', '+')}.stamp`);
}
