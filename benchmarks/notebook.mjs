// The notebook's whole job, process start to exit, cold cache: Keras' script and ours in turn, in one run.
//
//   npm run build && PYTHON=/path/to/python node benchmarks/notebook.mjs DATASET VGG16_WEIGHTS.h5 KERAS_SCRIPT.py
//
// KERAS_SCRIPT: the notebook's job in Keras (arguments: dataset, weights, epochs, preprocessing). KERAS_EPOCHS=3 runs Keras
// for so many epochs only and reckons the time of 25 from them: each epoch costs the same. KERAS_SECONDS=732 takes an earlier
// figure of the same machine. OURS=views-1-int8,warm runs only these.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { peakMegabytes } from './support/peak-memory.mjs';

const graft = fileURLToPath(new URL('../packages/node-adapter/bin/graft.js', import.meta.url));
const [dataset = '../shared/data/covid-0402', weights, script = '../shared/peers/keras_notebook.py'] =
  process.argv.slice(2);
if (weights === undefined) throw new Error('give the data set and a VGG16 weights file without the classifier');
const python = process.env.PYTHON ?? 'python3';
const epochs = 25;
const mode = process.env.PREPROCESSING ?? 'caffe';
const root = mkdtempSync(join(tmpdir(), 'graft-bench-'));

const ours = [
  { name: 'views-1-int8', flags: ['--views', '1', '--precision', 'int8'], bar: 60 },
  { name: 'views-4-int8', flags: ['--views', '4', '--precision', 'int8'], bar: 22 },
  { name: 'views-4-fp32', flags: ['--views', '4', '--precision', 'fp32'], bar: 7 },
  { name: 'views-epoch-fp32', flags: ['--views', 'epoch', '--precision', 'fp32'], bar: 1.3 },
];

function timed(command, args, env = {}) {
  const begin = performance.now();
  const { status, stdout, stderr } = spawnSync('/usr/bin/env', peakMegabytes.command(command, args), {
    env: { ...process.env, ...env },
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(stderr);
  return {
    seconds: (performance.now() - begin) / 1000,
    megabytes: peakMegabytes.of(stderr),
    document: lastJson(stdout),
  };
}

function lastJson(text) {
  return JSON.parse(text.trim().startsWith('{\n') ? text : text.trim().split('\n').at(-1));
}

function keras() {
  if (process.env.KERAS_SECONDS) return { seconds: Number(process.env.KERAS_SECONDS), note: 'an earlier run' };
  const count = Number(process.env.KERAS_EPOCHS ?? epochs);
  const { seconds, document } = timed(python, [script, dataset, weights, String(count), mode]);
  const whole = seconds + (document.fit_s / count) * (epochs - count);
  return { seconds: whole, note: `${count} epochs run`, accuracy: document.accuracy, megabytes: document.rss_mb };
}

function train({ flags, cache }) {
  const args = ['train', dataset, '--backbone', 'vgg16', '--weights', weights, '--preset', 'notebook'];
  const settings = [...args, '--preprocessing', mode === 'unit' ? 'unit' : 'caffe', '--seed', '42', ...flags, '--json'];
  const { seconds, megabytes, document } = timed(process.execPath, [graft, ...settings], {
    GRAFT_CACHE: join(root, cache),
  });
  return { seconds, megabytes, accuracy: document.test.accuracy, precision: document.precision };
}

try {
  const wanted = process.env.OURS?.split(',');
  const peer = keras();
  const memory = (value) => (value === undefined ? '' : `${Math.round(value)} MB`);
  const row = (cells) => console.log(`| ${cells.join(' | ')} |`);
  row(['job', 'seconds', 'ratio', 'bar', 'test accuracy', 'peak memory']);
  row(Array.from({ length: 6 }, () => '---'));
  row([`Keras (${peer.note})`, peer.seconds.toFixed(1), 1, '', peer.accuracy ?? '', memory(peer.megabytes)]);
  for (const { name, flags, bar } of ours.filter((run) => wanted?.includes(run.name) ?? true)) {
    const run = train({ flags, cache: name });
    const ratio = `${(peer.seconds / run.seconds).toFixed(1)}×`;
    row([
      `${name} (${run.precision})`,
      run.seconds.toFixed(1),
      ratio,
      `${bar}×`,
      run.accuracy.toFixed(4),
      memory(run.megabytes),
    ]);
    if (name.startsWith('views-epoch') || (wanted && !wanted.includes('warm'))) continue;
    const warm = train({ flags, cache: name });
    row([`${name}, warm cache`, warm.seconds.toFixed(1), '', '', warm.accuracy.toFixed(4), memory(warm.megabytes)]);
  }
} finally {
  rmSync(root, { recursive: true, force: true });
}
