// Kills `graft train --resume` at random moments and goes on each time: weights and history must end as undisturbed, to the bit.
//
// usage: node benchmarks/kill-resume.mjs [kills] [seed]      (after npm run build; 50 kills by default, on generated images)

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { keyedRandom, writeDemoDataset } from '@graft-ml/node-adapter';

const [kills = 50, seed = 1] = process.argv.slice(2).map(Number);
const bin = fileURLToPath(new URL('../packages/node-adapter/bin/graft.js', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'graft-kill-'));
const environment = { ...process.env, GRAFT_CACHE: join(root, 'cache') };

const command = (out) => [
  ...['train', join(root, 'dataset'), '--backbone', 'squeezenet', '--weights', 'none', '--input-size', '64', '--json'],
  ...['--epochs', '60', '--validation-size', '0.2', '--augment', 'rotation=10', '--views', '3'],
  ...['--fine-tune', 'fire9', '--fine-tune-epochs', '12', '--out', join(root, out), '--resume'],
];

/** Runs to the end, or kills after so many milliseconds; what it printed, or undefined if it was killed. */
function run(out, killAfter = Infinity) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [bin, ...command(out)], { env: environment });
    const timer = Number.isFinite(killAfter) ? setTimeout(() => child.kill('SIGKILL'), killAfter) : undefined;
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (text) => (stdout += text));
    child.stderr.on('data', (text) => (stderr += text));
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (signal === 'SIGKILL') resolve(undefined);
      else if (code === 0) resolve(stdout);
      else reject(new Error(`exit code ${code}: ${stderr}`));
    });
  });
}

function fingerprint(out, stdout) {
  const { history, bestEpoch } = JSON.parse(stdout);
  const weights = createHash('sha256')
    .update(readFileSync(join(root, out, 'suffix.safetensors')))
    .digest('hex');
  return JSON.stringify({ weights, bestEpoch, history });
}

try {
  await writeDemoDataset(join(root, 'dataset'), { seed: 1, count: 12 });
  await run('warm-up');
  const begin = performance.now();
  const expected = fingerprint('whole', await run('whole'));
  const duration = performance.now() - begin;
  process.stdout.write(`undisturbed: ${Math.round(duration)} ms\n`);
  const random = keyedRandom({ seed, purpose: 'kills' });
  let done = 0;
  let finished = 0;
  const check = (stdout) => {
    finished += 1;
    if (fingerprint('killed', stdout) !== expected) throw new Error(`another result after ${done} kills`);
    rmSync(join(root, 'killed'), { recursive: true });
  };
  while (done < kills) {
    const stdout = await run('killed', random.uniformBetween(0.1, 1) * duration);
    if (stdout === undefined) done += 1;
    else check(stdout);
  }
  check(await run('killed'));
  process.stdout.write(`${done} kills over ${finished} runs: weights and history bit-identical in each\n`);
} finally {
  rmSync(root, { recursive: true, force: true });
}
