// Fuzzing our own parsers, guided by coverage: each in a thread of its own, which is ended when it hangs.
import { createHash } from 'node:crypto';
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { bundleSources } from './fuzz/load-sources.mjs';
import { targets } from './fuzz/targets.mjs';

/** How long one input may take. */
const patience = 5000;
const longestInput = 1 << 16;
// Where the packages' own `../../package.json` is found, and git does not look.
const state = fileURLToPath(new URL('../packages/node-adapter/node_modules/.graft-fuzz/', import.meta.url));

/**
 * @param options - `seconds`: for all targets together; `only`: targets whose names hold it; `onFinding(name, reason)`.
 * @returns For each target what it tried: `{ name, tried, kept, covered, size, found }`; the last but one are bytes of its code.
 */
export async function fuzzParsers({ seed, seconds, only = '', onFinding }) {
  const chosen = [...targets].filter(([name]) => name.toLowerCase().includes(only.toLowerCase()));
  if (chosen.length === 0)
    throw new RangeError(`no parser is called ${only}; there are ${[...targets.keys()].join(', ')}`);
  mkdirSync(state, { recursive: true });
  const results = [];
  for (const [name, { sources }] of chosen) {
    const module = join(state, `${name}-${process.pid}.mjs`);
    await bundleSources(sources, module);
    try {
      const result = await fuzzTarget({ name, module, seed, seconds: seconds / chosen.length, onFinding });
      results.push({ ...result, size: statSync(module).size });
    } finally {
      rmSync(module, { force: true });
    }
  }
  return results;
}

async function fuzzTarget({ name, module, seed, seconds, onFinding }) {
  const [current, progress] = [
    new Uint8Array(new SharedArrayBuffer(longestInput)),
    new Int32Array(new SharedArrayBuffer(8)),
  ];
  const worker = new Worker(new URL('fuzz/fuzz-worker.mjs', import.meta.url), {
    workerData: { name, module, seed, seconds, longest: longestInput, current, progress },
    resourceLimits: { maxOldGenerationSizeMb: 512 },
  });
  const result = { name, tried: 0, kept: 0, covered: 0, found: 0 };
  const reasons = new Set();
  const find = (bytes, reason) => {
    // The same place in the sources is the same fault.
    const fault = reason
      .replaceAll(/"[^"]*"|\d+/g, '#')
      .split('\n', 3)
      .join(' ');
    if (reasons.has(fault)) return;
    reasons.add(fault);
    result.found += 1;
    onFinding(name, `${reason}\n    input: ${keep(name, bytes)}`);
  };
  const running = () => current.slice(0, Atomics.load(progress, 1));

  await new Promise((resolve) => {
    let last = -1;
    let idleSince = performance.now();
    const watch = setInterval(() => {
      const now = Atomics.load(progress, 0);
      if (now !== last) [last, idleSince] = [now, performance.now()];
      else if (now > 0 && performance.now() - idleSince > patience) {
        find(running(), `it takes more than ${patience / 1000} s`);
        void worker.terminate();
      }
    }, 500);
    worker.on('message', ({ kind, bytes, reason, corpus, covered }) => {
      if (kind === 'done') Object.assign(result, { kept: corpus, covered });
      else find(bytes, reason);
    });
    worker.on('error', (error) => find(running(), String(error?.stack ?? error)));
    worker.on('exit', () => {
      clearInterval(watch);
      resolve();
    });
  });
  result.tried = Atomics.load(progress, 0);
  return result;
}

/** @returns The input, or where it was put. */
function keep(name, bytes) {
  const text = Buffer.from(bytes);
  if (text.length <= 300) return `base64 ${text.toString('base64')}`;
  const file = join(state, `${name}-${createHash('sha256').update(text).digest('hex').slice(0, 12)}`);
  writeFileSync(file, text);
  return file;
}
