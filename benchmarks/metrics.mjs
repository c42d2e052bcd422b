// Times @graft-ml/metrics against scikit-learn on a million samples, both on the same numbers in one run, checks that the
// results are the same, and writes benchmarks/METRICS.md.
//
//   pnpm --filter @graft-ml/metrics build && PYTHON=/path/to/python node benchmarks/metrics.mjs
//
// Python needs oracles/requirements-metrics.txt. Exits with 1 if a ratio is below its bar.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { classificationReport, confusionMatrix, rocAucScore } from '../packages/metrics/dist/index.js';

const samples = 1_000_000;
const rounds = 5;
const bars = { 'classificationReport, numbers': 20, 'classificationReport, strings': 20, rocAucScore: 1.5 };

/** A small seeded generator; benchmarks need no more. */
function generator(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

const random = generator(42);
const truth = new Int32Array(samples);
const guess = new Int32Array(samples);
const positive = new Int32Array(samples);
const scores = new Float64Array(samples);
for (let i = 0; i < samples; i++) {
  truth[i] = Math.floor(random() * 3);
  guess[i] = random() < 0.8 ? truth[i] : Math.floor(random() * 3);
  scores[i] = random() + random() / 2 ** 32;
  positive[i] = random() < scores[i] ? 1 : 0;
}
const names = ['covid', 'normal', 'pneumonia'];
const namedTruth = Array.from(truth, (label) => names[label]);
const namedGuess = Array.from(guess, (label) => names[label]);

const folder = mkdtempSync(join(tmpdir(), 'graft-metrics-'));
for (const [file, column] of Object.entries({
  'truth.i32': truth,
  'guess.i32': guess,
  'positive.i32': positive,
  'scores.f64': scores,
})) {
  writeFileSync(join(folder, file), new Uint8Array(column.buffer));
}

const tasks = {
  'classificationReport, numbers': () => String(classificationReport(truth, guess)),
  'classificationReport, strings': () => String(classificationReport(namedTruth, namedGuess)),
  'confusionMatrix, numbers': () => confusionMatrix(truth, guess).matrix,
  rocAucScore: () => rocAucScore(positive, scores),
};
const ours = {};
for (const [name, task] of Object.entries(tasks)) {
  const milliseconds = [];
  let value;
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    value = task();
    milliseconds.push(performance.now() - start);
  }
  ours[name] = { milliseconds, value };
}
const python = process.env.PYTHON ?? 'python3';
const script = new URL('metrics.py', import.meta.url).pathname;
const theirs = JSON.parse(
  execFileSync(python, [script, folder, String(rounds)], { encoding: 'utf8', maxBuffer: 1 << 26 }),
);
rmSync(folder, { recursive: true });

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const same = (a, b) => (typeof a === 'number' ? Math.abs(a - b) <= 1e-12 : JSON.stringify(a) === JSON.stringify(b));
let failed = false;
const rows = Object.keys(tasks).map((name) => {
  const [own, peer] = [ours[name], theirs.results[name]];
  if (!same(own.value, peer.value)) throw new Error(`${name}: the results differ`);
  const ratio = median(peer.milliseconds) / median(own.milliseconds);
  const first = peer.milliseconds[0] / own.milliseconds[0];
  const bar = bars[name];
  if (bar && ratio < bar) failed = true;
  const figure = (value) => value.toFixed(value < 100 ? 1 : 0);
  const cells = [name, median(own.milliseconds), median(peer.milliseconds), ratio, first].map((cell) =>
    typeof cell === 'number' ? figure(cell) : cell,
  );
  return `| ${[cells[0], `${cells[1]} ms`, `${cells[2]} ms`, `${cells[3]}×`, bar ? `≥ ${bar}×` : '', `${cells[4]}×`].join(' | ')} |`;
});
const table = [
  '# Metrics against scikit-learn',
  '',
  `One run of \`benchmarks/metrics.mjs\`: ${samples.toLocaleString('en')} samples, three classes, ${rounds} rounds each, medians; the results of both sides are equal.`,
  `${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.versions.node}, Python ${theirs.python}, scikit-learn ${theirs.version}, NumPy ${theirs.numpy}.`,
  'The last column compares the first round of each side, before anything is warm.',
  '',
  '| | @graft-ml/metrics | scikit-learn | faster by | bar | first round |',
  '| --- | --- | --- | --- | --- | --- |',
  ...rows,
  '',
].join('\n');
writeFileSync(new URL('METRICS.md', import.meta.url), table);
console.log(table);
if (failed) {
  console.error('a ratio is below its bar');
  process.exitCode = 1;
}
