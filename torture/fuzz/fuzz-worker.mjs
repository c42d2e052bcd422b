// One target, fuzzed in a thread of its own: the one that waits for it ends it when it hangs.
import { parentPort, workerData } from 'node:worker_threads';
import { numbers } from '../corpus/bytes.mjs';
import { startCoverage } from './coverage.mjs';
import { mutate } from './mutate.mjs';
import { targets } from './targets.mjs';

/** V8 is asked for its coverage once for so many inputs; where one of them is new, for each. */
const batchSize = 32;

const { name, module, seed, seconds, longest, current, progress } = workerData;
const coverage = startCoverage();
const target = targets.get(name);
const sources = await import(module);
const check = await target.open(sources);

const covered = new Uint8Array(4 << 20);
const messages = new Set();
const corpus = [];
const random = numbers(`${name}/${seed}`);
const words = target.words ?? [];
let findings = 0;

coverage.reset();
for (const bytes of target.seeds(sources)) await learn(Buffer.from(bytes));
const fromSeeds = corpus.length;
const deadline = performance.now() + seconds * 1000;
while (performance.now() < deadline && findings < 20) {
  const batch = Array.from({ length: batchSize }, draw);
  let hasNews = false;
  for (const bytes of batch) hasNews = (await attempt(bytes)) || hasNews;
  // What a batch has painted is painted again, one by one, to tell which of its inputs was new.
  const before = covered.slice();
  if (coverage.take(module, covered) === 0 && !hasNews) continue;
  covered.set(before);
  for (const bytes of batch) await learn(bytes);
}
parentPort.postMessage({ kind: 'done', corpus: corpus.length, fromSeeds, covered: covered.reduce((a, b) => a + b, 0) });

function draw() {
  const pick = () =>
    corpus[random(3) === 0 ? random(corpus.length) : Math.floor(corpus.length * Math.sqrt(random(1024) / 1024))];
  if (corpus.length === 0) return Buffer.alloc(0);
  return mutate(pick(), random, { words, other: pick(), longest });
}

/** Keeps an input that ran what none did before it, or was refused for a new reason. */
async function learn(bytes) {
  const hasNews = await attempt(bytes, { keeps: true });
  if (coverage.take(module, covered) > 0 || hasNews) corpus.push(bytes);
}

/** @returns Whether it was refused in words that are new, names and numbers set aside. */
async function attempt(bytes, { keeps = false } = {}) {
  current.set(bytes.subarray(0, current.length));
  Atomics.store(progress, 1, bytes.length);
  Atomics.add(progress, 0, 1);
  const begin = performance.now();
  let message;
  try {
    message = await check(bytes);
  } catch (error) {
    findings += 1;
    parentPort.postMessage({ kind: 'found', bytes, reason: String(error?.stack ?? error).slice(0, 1500) });
    return false;
  }
  const took = performance.now() - begin;
  if (took > 2500) parentPort.postMessage({ kind: 'slow', bytes, reason: `took ${(took / 1000).toFixed(1)} s` });
  const words = String(message ?? '')
    .replaceAll(/"[^"]*"|-?\d+(\.\d+)?|\[[^\]]*\]/g, '#')
    .slice(0, 120);
  if (messages.has(words)) return false;
  if (keeps) messages.add(words);
  return true;
}
