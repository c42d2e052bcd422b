// Test accuracy of the notebook's job against the number of cached views, beside Keras with a fresh view in each epoch: the mean over
// seeds 1, 2, …, the same splits on both sides.
//
//   npm run build && PYTHON=/path/to/python node benchmarks/views.mjs DATASET [squeezenet|vgg16] WEIGHTS.h5 [SEEDS=10]
//
// VIEWS=1,2,4,epoch says which (default: 1,2,4,8,16,epoch); VIEWS=1:int8,4:int8 in which precision. PYTHON=none leaves Keras out.
// The test set picks the epoch, as in the notebook: figures to compare with each other, not to believe.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const graft = fileURLToPath(new URL('../packages/node-adapter/bin/graft.js', import.meta.url));
const peer = fileURLToPath(new URL('./views.py', import.meta.url));
const [dataset = '../shared/data/covid-0402', backbone = 'squeezenet', weights, seeds = '10'] = process.argv.slice(2);
if (weights === undefined) throw new Error('give the data set, a network, and its weights without the classifier');
const settings = (process.env.VIEWS ?? '1,2,4,8,16,epoch').split(',').map((text) => text.split(':'));
const python = process.env.PYTHON ?? 'python3';
const root = mkdtempSync(join(tmpdir(), 'graft-bench-'));

function run(command, args, env = {}) {
  const { status, stdout, stderr } = spawnSync(command, args, {
    env: { ...process.env, ...env },
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

function accuracy({ views, precision, seed }) {
  const network = ['--backbone', backbone, '--weights', weights, '--preprocessing', 'auto', '--precision', precision];
  const args = ['train', dataset, ...network, '--preset', 'notebook', '--views', views, '--seed', seed, '--json'];
  return run(process.execPath, [graft, ...args], { GRAFT_CACHE: join(root, 'cache') }).test.accuracy;
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The mean, and its standard error as the seeds scatter. */
function row(name, values) {
  const centre = mean(values);
  const variance = mean(values.map((value) => (value - centre) ** 2));
  const error = Math.sqrt(variance / (values.length - 1));
  const cells = [name, `${centre.toFixed(4)} ± ${error.toFixed(4)}`, values.map((value) => value.toFixed(3)).join(' ')];
  console.log(`| ${cells.join(' | ')} |`);
}

try {
  console.log('| views of each image | mean test accuracy | each seed |');
  console.log('| --- | --- | --- |');
  if (python !== 'none')
    row('a fresh one each epoch, Keras', run(python, [peer, dataset, backbone, weights, seeds]).accuracies);
  for (const [views, precision = 'fp32'] of settings) {
    const list = Array.from({ length: Number(seeds) }, (_, i) => accuracy({ views, precision, seed: String(i + 1) }));
    row(`${views}, ${precision}`, list);
  }
} finally {
  rmSync(root, { recursive: true, force: true });
}
