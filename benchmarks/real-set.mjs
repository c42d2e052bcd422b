// Trains on the real chest set with real weights, and prints the figures of RESULTS.md's first table.
//
//   npm run build && node benchmarks/real-set.mjs DATASET WEIGHTS.h5
//
// DATASET: the chest X-rays of three classes. WEIGHTS: SqueezeNet, ImageNet, without its classifier.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const graft = fileURLToPath(new URL('../packages/node-adapter/bin/graft.js', import.meta.url));
const [dataset = '../shared/data/covid-0402', weights = '../shared/weights/squeezenet_v1_imagenet_notop.h5'] =
  process.argv.slice(2);
const root = mkdtempSync(join(tmpdir(), 'graft-bench-'));
let runs = 0;

/** One run of `graft train`, process start to exit. */
function train({ cache, seed }) {
  const out = join(root, `run-${++runs}`);
  const args = [
    'train',
    dataset,
    '--backbone',
    'squeezenet',
    '--weights',
    weights,
    '--seed',
    String(seed),
    '--out',
    out,
  ];
  const begin = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, [graft, ...args, '--json'], {
    env: { ...process.env, GRAFT_CACHE: join(root, cache) },
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  const seconds = (performance.now() - begin) / 1000;
  if (status !== 0) throw new Error(stderr);
  return { ...JSON.parse(stdout), seconds, saved: readFileSync(join(out, 'suffix.safetensors')) };
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const list = (values, digits) => values.map((value) => value.toFixed(digits)).join(' ');

try {
  const cold = [1, 2, 3].map((i) => train({ cache: `cold-${i}`, seed: 42 }));
  const warm = [1, 2, 3].map(() => train({ cache: 'cold-1', seed: 42 }));
  const seeds = Array.from({ length: Number(process.env.SEEDS ?? 5) }, (_, i) => i + 1);
  const accuracies = seeds.map((seed) => train({ cache: 'cold-1', seed }).test.accuracy);
  const identical = [...cold, ...warm].every(({ saved }) => saved.equals(cold[0].saved));
  console.log(`test accuracy, seeds 1–${seeds.length}: mean ${mean(accuracies).toFixed(4)} (${list(accuracies, 3)})`);
  console.log(
    `cold cache, start to exit: median ${median(cold.map((run) => run.seconds)).toFixed(1)} s (${list(
      cold.map((run) => run.seconds),
      1,
    )})`,
  );
  console.log(
    `warm cache, start to exit: median ${median(warm.map((run) => run.seconds)).toFixed(1)} s (${list(
      warm.map((run) => run.seconds),
      1,
    )})`,
  );
  console.log(
    `first pass, cold: ${list(
      cold.map((run) => run.timings.imagesPerSecond),
      0,
    )} images/s`,
  );
  console.log(
    `saved weights bit-identical over ${cold.length + warm.length} runs of one seed: ${identical ? 'yes' : 'NO'}`,
  );
} finally {
  rmSync(root, { recursive: true, force: true });
}
