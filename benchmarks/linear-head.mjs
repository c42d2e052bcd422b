// Times the linear head's solver against scikit-learn's LogisticRegression, both on the same numbers in one run, and compares
// coefficients and predictions. Seconds of processor time stand beside the elapsed ones: on a busy machine they are the fairer.
//
//   npm run build && PYTHON=/path/to/python node benchmarks/linear-head.mjs [small|large]
//
// Python needs oracles/requirements-metrics.txt. `small` is 305 × 512 × 3, `large` 10,000 × 2048 × 10 (1 GB, minutes).
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { logisticRegression } from '../packages/core/dist/index.js';

const sizes = { small: [305, 512, 3], large: [10_000, 2048, 10] };
const wanted = process.argv.slice(2);
const python = process.env.PYTHON ?? 'python3';
const peer = fileURLToPath(new URL('linear-head.py', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'graft-linear-'));

/** Seconds of a task: elapsed, and of the processor. */
async function timed(task) {
  const [begin, used] = [performance.now(), process.cpuUsage()];
  const value = await task();
  const { user, system } = process.cpuUsage(used);
  return { value, seconds: (performance.now() - begin) / 1000, processor: (user + system) / 1e6 };
}

const largestDifference = (a, b) => a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);

try {
  for (const name of wanted.length > 0 ? wanted : Object.keys(sizes)) {
    const [rows, columns, classes] = sizes[name];
    // The peer makes the features: correlated and not negative, as pooled activations are.
    const peers = JSON.parse(
      execFileSync(python, [peer, folder, ...[rows, columns, classes].map(String)], { maxBuffer: 1 << 30 }),
    );
    const bytes = readFileSync(join(folder, 'features.f32'));
    const data = new Float32Array(bytes.buffer, bytes.byteOffset, rows * columns);
    const labels = Int32Array.from({ length: rows }, (_, i) => i % classes);
    const features = { data, rows, columns };
    await logisticRegression(features, labels, { classes, maxIterations: 3 });
    const ours = await timed(() => logisticRegression(features, labels, { classes }));
    console.log(`${rows} × ${columns}, ${classes} classes`);
    const line = (who, { seconds, processor }, rest) =>
      console.log(`  ${who.padEnd(28)} ${seconds.toFixed(2)} s, processor ${processor.toFixed(2)} s, ${rest}`);
    const objective = (value) => `objective ${value.toFixed(6)}`;
    line('graft', ours, `${ours.value.iterations} iterations, ${objective(ours.value.objective)}`);
    for (const run of peers.runs) {
      const difference = largestDifference(ours.value.coefficients, run.coefficients);
      const ratio = `${(run.seconds / ours.seconds).toFixed(1)}× our time`;
      const rest = `${run.iterations} iterations, ${objective(run.objective)}, coefficients ${difference.toExponential(1)} apart`;
      line(`scikit-learn, tol ${run.tol}`, run, `${ratio}, ${rest}`);
    }
    writeFileSync(join(folder, 'features.f32'), '');
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
