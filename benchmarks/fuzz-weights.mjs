// Feeds damaged weights files to the readers: none may hang, crash, or throw anything but a WeightsError.
// `node benchmarks/fuzz-weights.mjs [files] [seed] [first]` after a build; the default, 4,000 files, takes some minutes.
//
// A child process reads the files, so that one that hangs can be ended; its number makes the same file again.
import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const patience = 5000;
const goldens = ['weights', 'archives'].map((name) =>
  fileURLToPath(new URL(`../packages/node-adapter/test/golden/${name}/`, import.meta.url)),
);
const sources = goldens.flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => ['.h5', '.keras', '.safetensors'].includes(extname(name)))
    .map((name) => join(folder, name)),
);

if (process.argv[2] === 'child') serve();
else
  await main({
    count: Number(process.argv[2] ?? 4000),
    seed: process.argv[3] ?? 1,
    first: Number(process.argv[4] ?? 0),
  });

async function main({ count, seed, first }) {
  const folder = mkdtempSync(join(tmpdir(), 'graft-fuzz-'));
  const tally = { read: 0, refused: 0, hung: [], crashed: [], foreign: [], slowest: 0 };
  let child;
  try {
    for (let number = first; number < first + count; number += 1) {
      const path = damage(number, seed, folder);
      child ??= await start();
      const answer = await ask(child, path);
      if (answer === 'hung' || answer === 'crashed') {
        tally[answer].push(number);
        child.kill('SIGKILL');
        child = undefined;
      } else {
        tally.slowest = Math.max(tally.slowest, answer.milliseconds);
        if (answer.foreign) tally.foreign.push([number, answer.foreign]);
        else tally[answer.refused ? 'refused' : 'read'] += 1;
      }
      rmSync(path, { force: true });
    }
  } finally {
    child?.kill();
    rmSync(folder, { recursive: true, force: true });
  }
  console.log(JSON.stringify(tally));
  process.exitCode = tally.hung.length + tally.crashed.length + tally.foreign.length > 0 ? 1 : 0;
}

/** A child that has loaded graft, and HDF5 with it: neither counts as time to read a file. */
async function start() {
  const child = fork(fileURLToPath(import.meta.url), ['child'], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  await once(child, 'message');
  return child;
}

function ask(child, path) {
  return new Promise((resolve) => {
    const settle = (answer) => {
      clearTimeout(timer);
      child.off('message', settle).off('exit', crash);
      resolve(answer);
    };
    const crash = () => settle('crashed');
    const timer = setTimeout(() => settle('hung'), patience);
    child.once('message', settle).once('exit', crash);
    child.send(path);
  });
}

/** Cuts a golden file, flips bits, repeats or exchanges stretches, or writes numbers that look like sizes. */
function damage(number, seed, folder) {
  const random = numbers(`${seed}/${number}`);
  const source = sources[random(sources.length)];
  let bytes = Buffer.from(readFileSync(source));
  for (let change = 0, changes = 1 + random(6); change < changes && bytes.length > 1; change += 1) {
    const at = random(bytes.length);
    switch (random(6)) {
      case 0:
        bytes = bytes.subarray(0, at);
        break;
      case 1:
        bytes[at] ^= 1 << random(8);
        break;
      case 2:
        bytes[at] = [0, 1, 0x7f, 0x80, 0xff][random(5)];
        break;
      case 3:
        bytes.fill(random(2) * 0xff, at, Math.min(bytes.length, at + 1 + random(16)));
        break;
      case 4:
        bytes.copy(bytes, at, random(bytes.length), bytes.length);
        break;
      default:
        if (at + 8 <= bytes.length) bytes.writeBigUInt64LE(BigInt(random(bytes.length)), at);
    }
  }
  const path = join(folder, `${number}${source.endsWith('.weights.h5') ? '.weights.h5' : extname(source)}`);
  writeFileSync(path, bytes);
  return path;
}

/** Whole numbers below a bound, from a text alone. */
function numbers(text) {
  let count = 0;
  return (bound) => createHash('sha256').update(`${text}/${count++}`).digest().readUInt32LE() % bound;
}

async function serve() {
  const { isGraftError, openWeightsFile } = await import('../packages/node-adapter/dist/index.js');
  await openWeightsFile(sources.find((path) => path.endsWith('legacy-model.h5'))).then((file) => file.close());
  process.on('message', async (path) => {
    const begin = performance.now();
    const answer = {};
    try {
      const file = await openWeightsFile(path);
      try {
        for (const { weights } of file.layers) for (const weight of weights) weight.read();
      } finally {
        file.close();
      }
    } catch (error) {
      if (isGraftError(error) && error.code === 'WEIGHTS') answer.refused = true;
      else answer.foreign = String(error?.stack ?? error).slice(0, 500);
    }
    process.send({ ...answer, milliseconds: performance.now() - begin });
  });
  process.send('ready');
}
