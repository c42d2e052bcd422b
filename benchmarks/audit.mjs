// How long an audit takes, process start to exit: the full form from a cold cache, the quick form cold and warm.
//
//   npm run build && node benchmarks/audit.mjs DATASET WEIGHTS.h5
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const graft = fileURLToPath(new URL('../packages/node-adapter/bin/graft.js', import.meta.url));
const [dataset = '../shared/data/covid-0402', weights = '../shared/weights/squeezenet_v1_imagenet_notop.h5'] =
  process.argv.slice(2);
const cache = mkdtempSync(join(tmpdir(), 'graft-audit-'));

function run(title, args) {
  const begin = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, [graft, 'audit', dataset, '--json', ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { ...process.env, GRAFT_CACHE: cache },
  });
  if (status !== 0) throw new Error(stderr);
  const seconds = (performance.now() - begin) / 1000;
  const { verdict, checks } = JSON.parse(stdout);
  const thumbnails = checks.find(({ name }) => name === 'thumbnail16')?.accuracy;
  console.log(`| ${title} | ${seconds.toFixed(1)} s | ${verdict} | ${thumbnails?.toFixed(3)} |`);
}

console.log(
  `load ${loadavg()[0].toFixed(1)}\n\n| audit | process start to exit | verdict | 16×16 thumbnails |\n| --- | --- | --- | --- |`,
);
try {
  run('quick, cold', ['--quick']);
  run('quick, warm', ['--quick']);
  rmSync(cache, { recursive: true, force: true });
  run('full, squeezenet, cold', ['--backbone', 'squeezenet', '--weights', weights]);
  run('full, squeezenet, warm', ['--backbone', 'squeezenet', '--weights', weights]);
} finally {
  rmSync(cache, { recursive: true, force: true });
}
