import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromRoot, listPackages } from '../setup/workspace.mjs';

/** @typedef {import('./pack-packages.mjs').PackedPackage} PackedPackage */

/**
 * What a package publishes, as text. Files that package.json names, and all outside `dist`, stand by name; parts that the bundler cut
 * and named as it liked stand as one line a folder and kind.
 *
 * @param {PackedPackage} packed
 */
function listOf({ manifest, files }) {
  const promised = JSON.stringify([manifest.exports, manifest.bin]);
  const lines = files.map(({ path }) =>
    path.startsWith('dist/') && !promised.includes(`"./${path}"`) ? path.replace(/[^/.]+(?=\.[^/]+$)/, '*') : path,
  );
  return `${[...new Set(lines)].sort().join('\n')}\n`;
}

/** @param {PackedPackage} packed */
function listFileOf({ name }) {
  return join(String(listPackages('packages').find((other) => other.name === name)?.folder), 'packed-files.txt');
}

/** Writes `packed-files.txt` of each package anew. @param {PackedPackage[]} packed */
export function writePackedFiles(packed) {
  for (const each of packed) writeFileSync(listFileOf(each), listOf(each));
}

/** @param {PackedPackage} packed @returns {string[]} Files that are packed and not listed, or listed and not packed. */
export function checkPackedFiles(packed) {
  const file = listFileOf(packed);
  const lines = (/** @type {string} */ text) => text.split(/\r?\n/).filter((line) => line !== '');
  const [listed, now] = [existsSync(file) ? lines(readFileSync(file, 'utf8')) : [], lines(listOf(packed))];
  return [
    ...now
      .filter((path) => !listed.includes(path))
      .map((path) => `${path} is packed, but ${fromRoot(file)} does not list it`),
    ...listed
      .filter((path) => !now.includes(path))
      .map((path) => `${path} is not packed, but ${fromRoot(file)} lists it`),
  ].map((problem) => `${packed.name}: ${problem}; if that is what you want: npm run pack:list`);
}
