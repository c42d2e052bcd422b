// Trains the first steps twice from nothing, each in a process of its own, and compares the weights byte for byte.
//
//   node twice.mjs --teacher FILE [--steps 200] [--images FILE] [--settings FILE]
//
// Everything but --steps is handed to src/main.ts.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    teacher: { type: 'string' },
    steps: { type: 'string', default: '200' },
    images: { type: 'string' },
    settings: { type: 'string' },
  },
});
const { steps, ...handedOn } = values;
const main = new URL('src/main.ts', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'graft-tiny-twice-'));

/** @param {string} name */
function weightsOfRun(name) {
  const out = join(folder, name);
  const flags = Object.entries({ ...handedOn, out, 'stop-after': steps }).flatMap(([flag, value]) => [
    `--${flag}`,
    value,
  ]);
  const { status } = spawnSync(process.execPath, ['--import', 'tsx/esm', main, ...flags], {
    cwd: import.meta.dirname,
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error(`a run ended with ${status}`);
  return createHash('sha256')
    .update(readFileSync(join(out, 'graft-tiny-float32.safetensors')))
    .digest('hex');
}

try {
  const [first, second] = [weightsOfRun('first'), weightsOfRun('second')];
  console.log(
    `${steps} steps, sha256 of the weights: ${first}, ${second}: ${first === second ? 'identical' : 'DIFFERENT'}`,
  );
  if (first !== second) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
