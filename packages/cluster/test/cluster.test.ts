import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeDemoDataset } from '@graft-ml/node-adapter';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { GraftProcess } from './graft-process.js';
import { Cable, noRedis, RedisServer } from './redis-server.js';

// Everything real: a redis-server, workers in processes of their own, signals, files.

const root = mkdtempSync(join(tmpdir(), 'graft-cluster-'));
const at = (...parts: string[]) => join(root, ...parts);
const small = ['--backbone', 'squeezenet', '--weights', 'none', '--input-size', '64', '--engine', 'onnxruntime'];
const running = new Set<GraftProcess>();
/** What takes long and shows little that the others do not. */
const full = process.env['GRAFT_FULL'] !== undefined;
const patience = 300_000;
let redis: RedisServer;

const graft = (...args: string[]) => {
  const child = new GraftProcess(args, { cwd: root, env: { GRAFT_CACHE: at(`cache-${running.size}`) } });
  running.add(child);
  return child;
};
const worker = (...args: string[]) =>
  graft('worker', '--redis', redis.url, '--storage', 'storage', '--lock-seconds', '2', '--threads', '1', ...args);
const cluster = (...more: string[]) => ['--cluster', redis.url, '--storage', 'storage', ...more];
const same = (a: string, b: string) => readFileSync(at(a)).equals(readFileSync(at(b)));

async function done(child: GraftProcess): Promise<GraftProcess> {
  expect(await child.exit, child.stderr).toBe(0);
  return child;
}

/** A command that has to fail: the last line it said. */
async function failure(child: GraftProcess): Promise<string> {
  expect(await child.exit, child.stderr).toBe(1);
  return child.stderr.trimEnd().split('\n').at(-1) ?? '';
}

describe.skipIf(noRedis !== undefined)(`a cluster${noRedis === undefined ? '' : ` (${noRedis})`}`, () => {
  beforeAll(async () => {
    redis = await RedisServer.start(at('redis'));
    await writeDemoDataset(at('photos'), { seed: 1, count: 40 });
    await done(graft('extract', 'photos', ...small, '--out', 'one.npy', '--json'));
  }, patience);
  afterEach(async () => {
    for (const child of running) await child.kill();
    running.clear();
    rmSync(at('storage'), { recursive: true, force: true });
    const client = new Redis(redis.url);
    await client.flushall();
    client.disconnect();
  });
  afterAll(async () => {
    await redis.kill();
    rmSync(root, { recursive: true, force: true });
  }, patience);

  it(
    'loses nothing and counts nothing twice: 8 shards, 3 workers, 5 kills, Redis killed and started again',
    async () => {
      const workers = [worker(), worker(), worker()];
      const queue = new Queue('graft', { connection: { url: redis.url, maxRetriesPerRequest: null } });
      queue.on('error', () => undefined);
      const submitted = graft(
        'extract',
        'photos',
        ...small,
        ...cluster('--shards', '8'),
        '--out',
        'many.npy',
        '--json',
      );
      for (let kill = 0; kill < 5; kill += 1) {
        const [victim] = workers.splice(0, 1) as [GraftProcess];
        // While it runs a shard, not between two.
        await victim.says(/images, shard \d\/8/).catch(() => undefined);
        await victim.kill();
        workers.push(worker());
        if (kill === 2) {
          await redis.kill();
          await sleep(300);
          await redis.start();
        }
      }
      await done(submitted);
      expect(same('many.npy', 'one.npy')).toBe(true);
      expect((JSON.parse(submitted.stdout) as { shape: number[] }).shape[0]).toBe(120);
      expect(await queue.getJobCounts('completed', 'failed', 'waiting', 'active')).toMatchObject({
        completed: 9,
        failed: 0,
        waiting: 0,
      });
      await queue.close();
    },
    patience,
  );

  it.skipIf(!full)(
    'goes on when the network between a worker and Redis is cut and healed',
    async () => {
      const cable = await Cable.to(redis.port);
      const far = graft(
        'worker',
        '--redis',
        cable.url,
        '--storage',
        'storage',
        '--lock-seconds',
        '2',
        '--threads',
        '1',
      );
      const submitted = graft('extract', 'photos', ...small, ...cluster('--shards', '8'), '--out', 'cut.npy');
      await far.says(/images, shard/);
      cable.cut();
      await far.says('does not answer');
      await sleep(1500);
      cable.heal();
      await far.says('answers again');
      await done(submitted);
      expect(same('cut.npy', 'one.npy')).toBe(true);
      cable.close();
    },
    patience,
  );

  it(
    'resumes after everything was stopped: the same command does only what is left',
    async () => {
      const first = worker();
      const submitted = graft('extract', 'photos', ...small, ...cluster('--shards', '8'), '--out', 'resumed.npy');
      await first.says(/shard \d\/8[\s\S]*shard \d\/8/);
      await submitted.kill();
      await first.kill();
      await redis.kill();
      await redis.start();
      const second = worker();
      await done(graft('extract', 'photos', ...small, ...cluster('--shards', '8'), '--out', 'resumed.npy'));
      expect(same('resumed.npy', 'one.npy')).toBe(true);
      const ran = (child: GraftProcess) => child.stderr.match(/images, shard/g)?.length ?? 0;
      expect(ran(second)).toBeLessThan(8);

      const again = ran(second);
      await done(graft('extract', 'photos', ...small, ...cluster('--shards', '8'), '--out', 'again.npy'));
      expect(ran(second)).toBe(again);
    },
    patience,
  );

  it.skipIf(!full)(
    'predicts and trains as one machine does',
    async () => {
      worker();
      worker();
      const train = ['train', 'photos', ...small, '--epochs', '2', '--augment', 'rotation=15', '--no-report', '--json'];
      const local = await done(graft(...train, '--out', 'model-one'));
      const far = await done(graft(...train, '--out', 'model-many', ...cluster('--shards', '3')));
      expect(same('model-many/suffix.safetensors', 'model-one/suffix.safetensors')).toBe(true);
      const plain = (text: string) => JSON.stringify({ ...(JSON.parse(text) as object), timings: 0, artifact: 0 });
      expect(plain(far.stdout)).toBe(plain(local.stdout));

      const predict = ['predict', 'model-one', 'photos', '--expect', 'clear', '--json'];
      const [alone, together] = [
        await done(graft(...predict)),
        await done(graft(...predict, ...cluster('--shards', '3'))),
      ];
      expect(together.stdout).toBe(alone.stdout);

      const folds = ['train', 'photos', ...small, '--epochs', '1', '--folds', '3', '--json'];
      const [here, there] = [await done(graft(...folds)), await done(graft(...folds, ...cluster('--shards', '3')))];
      expect(there.stdout).toBe(here.stdout);
    },
    patience,
  );

  it(
    'sets a shard aside that cannot be done, names why, does the others, and does only it again',
    async () => {
      cpSync(at('photos'), at('elsewhere', 'photos'), { recursive: true });
      rmSync(at('elsewhere', 'photos', 'clear', 'clear_7.png'));
      const poor = worker('--data-root', 'elsewhere');
      const command = ['extract', 'photos', ...small, ...cluster('--shards', '3'), '--out', 'aside.npy'];
      const line = await failure(graft(...command));
      expect(line).toContain('3 of 3 shards were set aside');
      expect(line).toMatch(/worker \S+ lacks "\S+elsewhere\/photos\/clear\/clear_7\.png", which the submitter has/);
      await poor.kill();

      cpSync(at('photos', 'clear', 'clear_7.png'), at('elsewhere', 'photos', 'clear', 'clear_7.png'));
      worker('--data-root', 'elsewhere');
      await done(graft(...command));
      expect(same('aside.npy', 'one.npy')).toBe(true);
    },
    patience,
  );

  it.skipIf(!full)(
    'cancels: what waits is taken back, what runs stops, what is done is kept',
    async () => {
      const only = worker();
      const submitted = graft('extract', 'photos', ...small, ...cluster('--shards', '8'), '--out', 'cancelled.npy');
      await only.says(/images, shard/);
      await submitted.kill('SIGINT');
      expect(await submitted.exit).toBe(130);
      expect(submitted.stderr).toContain('the jobs were cancelled');
      const queue = new Queue('graft', { connection: { url: redis.url } });
      await sleep(2500);
      expect(await queue.getJobCounts('waiting', 'active', 'waiting-children')).toMatchObject({
        waiting: 0,
        active: 0,
      });
      await queue.close();
      expect(existsSync(at('cancelled.npy'))).toBe(false);
      await done(graft('extract', 'photos', ...small, ...cluster('--shards', '8'), '--out', 'cancelled.npy'));
      expect(same('cancelled.npy', 'one.npy')).toBe(true);
    },
    patience,
  );

  it.skipIf(!full)(
    'runs what comes first by its priority',
    async () => {
      const late = graft(
        'extract',
        'photos',
        ...small,
        ...cluster('--shards', '2', '--priority', '9'),
        '--out',
        'late.npy',
      );
      await sleep(1500);
      const soon = graft(
        'extract',
        'photos',
        ...small,
        '--pooling',
        'avg',
        ...cluster('--shards', '2', '--priority', '1'),
        '--out',
        'soon.npy',
      );
      await sleep(1500);
      worker();
      await Promise.race([late.exit, soon.exit]);
      expect(soon.child.exitCode).toBe(0);
      expect(late.child.exitCode).toBeNull();
      await done(late);
    },
    patience,
  );

  it(
    'lets a job wait that this worker must not do: another version, another storage',
    async () => {
      const queue = new Queue('graft', { connection: { url: redis.url } });
      const submitted = graft('extract', 'photos', ...small, ...cluster('--shards', '1'), '--out', 'waits.npy');
      const stranger = worker('--storage', 'another');
      await stranger.says('uses another storage (another) than the submitter: the job waits');
      await submitted.says('uses another storage');
      await stranger.kill();
      await queue.add('collect', { kind: 'nonsense' }, { jobId: 'nonsense-1' });
      worker();
      await done(submitted);
      expect(same('waits.npy', 'one.npy')).toBe(true);
      const nonsense = await queue.getJob('nonsense-1');
      expect(nonsense?.failedReason).toContain("job nonsense-1 is none of graft's, or damaged");
      await queue.close();
    },
    patience,
  );

  it(
    'names what is wrong with Redis and the storage',
    async () => {
      await redis.kill();
      const absent = await failure(graft('extract', 'photos', ...small, ...cluster(), '--out', 'x.npy'));
      expect(absent).toBe(`graft: no Redis answers at ${redis.url}; start one (redis-server), or check the address`);
      await redis.start();
      const locked = await RedisServer.start(at('locked'), ['--requirepass', 'secret']);
      const wrong = locked.url.replace('//', '//:wrong@');
      const flags = ['--storage', 'storage', '--out', 'x.npy'];
      const refused = await failure(graft('extract', 'photos', ...small, '--cluster', wrong, ...flags));
      expect(refused).toContain(`Redis at ${locked.url} refuses the password`);
      expect(refused).not.toContain('wrong');
      expect(await failure(graft('worker', '--redis', locked.url, '--storage', 'storage'))).toContain(
        'refuses the password',
      );
      await locked.kill();
      writeFileSync(at('file'), '');
      const nowhere = await failure(graft('worker', '--redis', redis.url, '--storage', 'file/below'));
      expect(nowhere).toContain('the storage file/below cannot be written');
      expect(await graft('extract', 'photos', ...small, '--storage', 's', '--out', 'x.npy').exit).toBe(2);
      expect(await graft('extract', '../other', ...small, ...cluster(), '--out', 'x.npy').exit).not.toBe(0);
    },
    patience,
  );
});
