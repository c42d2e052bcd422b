// A queue on this machine: two workers of one core each beside one, and what the queue itself takes for a shard.
//
// usage: node benchmarks/cluster.mjs [images] [images a shard] [backbone flags …] [--quick] [--photos FOLDER]
//        (after npm run build; needs redis-server and taskset; 3,050 drawn images and shards of 1,000 by default)
//
// Prints JSON, which benchmarks/cluster-simulation.mjs reads.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { writeDemoDataset } from '@graft-ml/node-adapter';

const words = process.argv.slice(2);
const quick = words.includes('--quick');
// Drawn before, so that a quiet machine need not wait for it.
const photos = words.includes('--photos') ? words[words.indexOf('--photos') + 1] : undefined;
const own = words.filter((word) => word !== '--quick' && word !== '--photos' && word !== photos);
const [images = '3050', perShard = '1000', ...given] = own;
const network = given.length > 0 ? given : ['--backbone', 'graft-tiny', '--pooling', 'avg'];
const bin = fileURLToPath(new URL('../packages/node-adapter/bin/graft.js', import.meta.url));
const { Queue } = createRequire(new URL('../packages/cluster/package.json', import.meta.url))('bullmq');
const root = mkdtempSync(join(tmpdir(), 'graft-cluster-'));
const port = 6399;
const url = `redis://127.0.0.1:${port}`;
const environment = { ...process.env, GRAFT_CACHE: join(root, 'cache') };

function start(args, core) {
  const command = core === undefined ? [process.execPath, bin] : ['taskset', '-c', String(core), process.execPath, bin];
  const [program, ...rest] = [...command, ...args];
  const child = spawn(program, rest, { cwd: root, env: environment });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (said += text));
  child.stdout.resume();
  const exit = once(child, 'close').then(([code]) => code);
  return { child, exit, said: () => said };
}

async function says({ said, child }, text) {
  while (!said().includes(text)) {
    if (child.exitCode !== null) throw new Error(said());
    await sleep(20);
  }
}

/** Seconds from the first job's beginning to the last one's end, and what each shard took of it. */
async function measure(workers, shards, name) {
  const storage = `storage-${name}`;
  const running = [];
  for (let core = 0; core < workers; core += 1) {
    running.push(start(['worker', '--redis', url, '--storage', storage, '--threads', '1'], core));
  }
  for (const worker of running) await says(worker, 'waits for jobs');
  const cluster = ['--cluster', url, '--storage', storage, '--shards', String(shards)];
  const begin = performance.now();
  const redisBefore = await redisSecondsSoFar();
  const submitted = start(['extract', 'photos', ...network, ...cluster, '--out', `${name}.npy`]);
  if ((await submitted.exit) !== 0) throw new Error(submitted.said());
  const total = (performance.now() - begin) / 1000;
  // Of one core: Redis runs one command at a time.
  const redisSeconds = (await redisSecondsSoFar()) - redisBefore;
  const queue = new Queue('graft', { connection: { host: '127.0.0.1', port } });
  // In the order in which they began, which is that of the simulation.
  const jobs = (await queue.getJobs(['completed']))
    .filter((job) => job.name === 'extract')
    .sort((a, b) => a.processedOn - b.processedOn);
  const work = jobs.map((job) => ({
    images: job.returnvalue.images,
    seconds: job.returnvalue.seconds,
    // What lies between the worker taking the job and giving it back, but for the work.
    queueSeconds: (job.finishedOn - job.processedOn) / 1000 - job.returnvalue.seconds,
  }));
  const span =
    (Math.max(...jobs.map((job) => job.finishedOn)) - Math.min(...jobs.map((job) => job.processedOn))) / 1000;
  // From one job's end to the next one's beginning on the same worker.
  const byWorker = Map.groupBy?.(jobs, (job) => job.returnvalue.worker) ?? groupByWorker(jobs);
  const gaps = [...byWorker.values()].flatMap((own) => {
    const sorted = own.sort((a, b) => a.processedOn - b.processedOn);
    return sorted.slice(1).map((job, index) => (job.processedOn - sorted[index].finishedOn) / 1000);
  });
  await queue.obliterate({ force: true });
  await queue.close();
  for (const { child, exit } of running) {
    child.kill('SIGTERM');
    await exit;
  }
  return { workers, shards, span, total, work, gaps, redisSeconds, bytes: sizeOf(join(root, storage)) };
}

/** What the processor did for Redis until now. */
async function redisSecondsSoFar() {
  const child = spawn('redis-cli', ['-p', String(port), 'INFO', 'cpu']);
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (said += text));
  await once(child, 'close');
  return [...said.matchAll(/used_cpu_(?:sys|user):([\d.]+)/g)].reduce((sum, [, seconds]) => sum + Number(seconds), 0);
}

function groupByWorker(jobs) {
  const groups = new Map();
  for (const job of jobs) groups.set(job.returnvalue.worker, [...(groups.get(job.returnvalue.worker) ?? []), job]);
  return groups;
}

function sizeOf(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath ?? entry.path, entry.name)).size, 0);
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / Math.max(values.length, 1);

mkdirSync(join(root, 'redis'));
const redis = spawn(
  'redis-server',
  ['--port', String(port), '--dir', join(root, 'redis'), '--save', '', '--appendonly', 'yes'],
  {
    stdio: 'ignore',
  },
);
try {
  const each = Math.ceil(Number(images) / 3);
  if (photos === undefined) await writeDemoDataset(join(root, 'photos'), { seed: 1, count: each });
  else cpSync(resolve(photos), join(root, 'photos'), { recursive: true });
  // Twice as many shards as would do, and an even number: two workers end at the same time.
  const shards = 2 * Math.max(4, Math.ceil((each * 3) / Number(perShard)));
  const runs = [];
  for (const workers of quick ? [1, 2] : [1, 2, 1, 2])
    runs.push(await measure(workers, shards, `${workers}-${runs.length}`));
  const alone = runs.filter(({ workers }) => workers === 1);
  const pair = runs.filter(({ workers }) => workers === 2);
  const speedup = mean(alone.map(({ span }) => span)) / mean(pair.map(({ span }) => span));
  const overhead = mean(
    runs.flatMap(({ work, gaps }) => [mean(work.map(({ queueSeconds }) => queueSeconds)) + mean(gaps)]),
  );
  const perImage = mean(alone.flatMap(({ work }) => work.map((shard) => shard.seconds / shard.images)));
  const [a, b] = [1, 2].map((workers) => readFileSync(join(root, `${workers}-${workers - 1}.npy`)));
  console.error(
    `1 worker ${mean(alone.map(({ span }) => span)).toFixed(1)} s, 2 workers ${mean(pair.map(({ span }) => span)).toFixed(1)} s: ${speedup.toFixed(2)}×`,
  );
  console.error(
    `queue: ${(overhead * 1000).toFixed(1)} ms a shard, ${((100 * overhead) / (perImage * Number(perShard))).toFixed(3)} % of one of ${perShard} images`,
  );
  const whole = mean(alone.map(({ total }) => total)) / mean(pair.map(({ total }) => total));
  const before = mean(runs.map(({ total, span }) => total - span));
  console.error(
    `the whole command: ${whole.toFixed(2)}×; ${before.toFixed(2)} s of it lie before the first job and after the last`,
  );
  console.error(`results ${a.equals(b) ? 'are the same, byte for byte' : 'DIFFER'}`);
  const cores = spawnSync('nproc', { encoding: 'utf8' }).stdout.trim();
  console.log(
    JSON.stringify(
      {
        images: each * 3,
        network,
        cores: Number(cores),
        speedup,
        wholeSpeedup: whole,
        overheadSeconds: overhead,
        redisSecondsPerShard: mean(runs.map((run) => run.redisSeconds / run.shards)),
        secondsPerImage: perImage,
        runs: runs.map(({ work, ...run }) => ({ ...run, seconds: work.map(({ seconds }) => seconds) })),
      },
      undefined,
      2,
    ),
  );
} finally {
  redis.kill();
  await once(redis, 'exit');
  rmSync(root, { recursive: true, force: true });
}
