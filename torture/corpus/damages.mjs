// What may happen to a file between being written and being read. Each takes its path; flips take a seed as well.
import { readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { flipBits } from './bytes.mjs';

const linkedTo = (target) => (path) => {
  rmSync(path);
  symlinkSync(target, path);
};
const flipped = (count) => (path, seed) => writeFileSync(path, flipBits(readFileSync(path), { count, seed }));
const grownTo = (bytes) => (path) => truncateSync(path, bytes);

/** What every file that must be whole is put through. */
const always = {
  removed: (path) => rmSync(path),
  emptied: (path) => writeFileSync(path, ''),
  'cut in the middle': (path) => truncateSync(path, Math.floor(readFileSync(path).length / 2)),
  'that never ends': linkedTo('/dev/zero'),
};

/** Of a part of a saved model. */
export const modelDamages = {
  ...always,
  'with a bit flipped': flipped(1),
  'of 4 GB': grownTo(4 * 2 ** 30),
  'linked elsewhere': linkedTo('/etc/passwd'),
};

/** Of a part of a shard. */
export const shardDamages = {
  ...always,
  'with ten bits flipped': flipped(10),
  'of 8 GB': grownTo(8 * 2 ** 30),
  'that is a page': (path) => writeFileSync(path, '<html>'),
};
