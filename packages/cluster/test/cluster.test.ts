import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { GraftProcess } from './graft-process.js';
import { Cable, noRedis } from './redis-server.js';
import { done, full, patience, small, useCluster, type TestCluster } from './test-cluster.js';

let cluster: TestCluster;

describe.skipIf(noRedis !== undefined)(`a cluster${noRedis === undefined ? '' : ` (${noRedis})`}`, () => {
  useCluster((started) => (cluster = started));

  it(
    'loses nothing and counts nothing twice: 8 shards, 3 workers, 5 kills, Redis killed and started again',
    async () => {
      const workers = [cluster.worker(), cluster.worker(), cluster.worker()];
      const submitted = cluster.extract('many.npy', ...cluster.flags('--shards', '8'), '--json');
      for (let kill = 0; kill < 5; kill += 1) {
        const [victim] = workers.splice(0, 1) as [GraftProcess];
        // While it runs a shard, not between two.
        await victim.says(/images, shard \d\/8/).catch(() => undefined);
        await victim.kill();
        workers.push(cluster.worker());
        if (kill === 2) {
          await cluster.redis.kill();
          await sleep(300);
          await cluster.redis.start();
        }
      }
      await done(submitted);
      expect(cluster.same('many.npy', 'one.npy')).toBe(true);
      expect((JSON.parse(submitted.stdout) as { shape: number[] }).shape[0]).toBe(120);
      const queue = cluster.queue();
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
      const cable = await Cable.to(cluster.redis.port);
      const far = cluster.graft(...cluster.workerWords(cable.url));
      const submitted = cluster.extract('cut.npy', ...cluster.flags('--shards', '8'));
      await far.says(/images, shard/);
      cable.cut();
      await far.says('does not answer');
      await sleep(1500);
      cable.heal();
      await far.says('answers again');
      await done(submitted);
      expect(cluster.same('cut.npy', 'one.npy')).toBe(true);
      cable.close();
    },
    patience,
  );

  it(
    'resumes after everything was stopped: the same command does only what is left',
    async () => {
      const first = cluster.worker();
      const command = () => cluster.extract('resumed.npy', ...cluster.flags('--shards', '8'));
      const submitted = command();
      await first.says(/shard \d\/8[\s\S]*shard \d\/8/);
      await submitted.kill();
      await first.kill();
      await cluster.redis.kill();
      await cluster.redis.start();
      const second = cluster.worker();
      await done(command());
      expect(cluster.same('resumed.npy', 'one.npy')).toBe(true);
      const ran = () => second.stderr.match(/images, shard/g)?.length ?? 0;
      const once = ran();
      expect(once).toBeLessThan(8);
      await done(command());
      expect(ran()).toBe(once);
    },
    patience,
  );

  it.skipIf(!full)(
    'trains and tests as one machine does, each as a job of its own',
    async () => {
      cluster.worker();
      cluster.worker();
      const train = ['train', 'photos', ...small, '--epochs', '2', '--augment', 'rotation=15', '--json'];
      const local = await done(cluster.graft(...train, '--out', 'model-one'));
      const far = await done(cluster.graft(...train, '--out', 'model-many', ...cluster.flags('--shards', '3')));
      for (const file of ['suffix.safetensors', 'confusion-matrix.svg', 'history.svg', 'roc.svg']) {
        expect(cluster.same(`model-many/${file}`, `model-one/${file}`), file).toBe(true);
      }
      expect(withoutTimes(far.stdout)).toBe(withoutTimes(local.stdout));
      // The report tells how to do it again on one machine, and nothing of the cluster.
      const card = readFileSync(cluster.at('model-many', 'README.md'), 'utf8');
      expect(card).toContain('graft train photos --backbone squeezenet');
      expect(card).not.toMatch(/--cluster|127\.0\.0\.1/);
      const queue = cluster.queue();
      const kinds = (await queue.getJobs(['completed'])).map(({ name }) => name);
      expect(kinds.sort()).toEqual(['evaluate', 'features', 'features', 'features', 'train']);

      const predict = ['predict', 'model-one', 'photos', '--expect', 'clear', '--json'];
      const alone = await done(cluster.graft(...predict));
      const together = await done(cluster.graft(...predict, ...cluster.flags('--shards', '3')));
      expect(together.stdout).toBe(alone.stdout);

      // Another head takes the activations that are there.
      await queue.obliterate({ force: true });
      await done(cluster.graft(...train, '--learning-rate', '0.01', ...cluster.flags('--shards', '3')));
      const again = (await queue.getJobs(['completed'])).filter(({ name }) => name === 'features');
      expect(again.map(({ processedOn = 0, finishedOn = 0 }) => finishedOn - processedOn < 500)).toEqual([
        true,
        true,
        true,
      ]);
      await queue.close();
    },
    patience,
  );

  it.skipIf(!full)(
    'cross-validates and compares backbones as one machine does, each fold and each backbone as a job of its own',
    async () => {
      cluster.worker();
      cluster.worker();
      const folds = ['train', 'photos', ...small, '--epochs', '1', '--folds', '3', '--json'];
      const here = await done(cluster.graft(...folds));
      const there = await done(cluster.graft(...folds, ...cluster.flags('--shards', '3')));
      expect(there.stdout).toBe(here.stdout);
      const queue = cluster.queue();
      const jobs = await queue.getJobs(['completed']);
      expect(jobs.filter(({ name }) => name === 'fold')).toHaveLength(3);
      expect(new Set(jobs.map(({ returnvalue }) => (returnvalue as { worker: string }).worker)).size).toBe(2);
      await queue.close();

      const shared = ['--weights', 'none', '--input-size', '64', '--epochs', '1', '--json'];
      const compare = ['train', 'photos', '--backbone', 'squeezenet,graft-tiny,nonsense', ...shared];
      const [one, many] = [
        await done(cluster.graft(...compare)),
        await done(cluster.graft(...compare, ...cluster.flags('--shards', '2'))),
      ];
      expect(withoutTimes(many.stdout)).toBe(withoutTimes(one.stdout));
    },
    patience,
  );

  it.skipIf(!full)(
    'cancels: what waits is taken back, what runs stops, what is done is kept',
    async () => {
      const only = cluster.worker();
      const command = () => cluster.extract('cancelled.npy', ...cluster.flags('--shards', '8'));
      const submitted = command();
      await only.says(/images, shard/);
      await submitted.kill('SIGINT');
      expect(await submitted.exit).toBe(130);
      expect(submitted.stderr).toContain('the jobs were cancelled');
      const queue = cluster.queue();
      await sleep(2500);
      expect(await queue.getJobCounts('waiting', 'active', 'waiting-children')).toMatchObject({
        waiting: 0,
        active: 0,
      });
      await queue.close();
      expect(existsSync(cluster.at('cancelled.npy'))).toBe(false);
      await done(command());
      expect(cluster.same('cancelled.npy', 'one.npy')).toBe(true);
    },
    patience,
  );

  it.skipIf(!full)(
    'runs what comes first by its priority',
    async () => {
      const shards = ['--shards', '2', '--priority'];
      const late = cluster.extract('late.npy', ...cluster.flags(...shards, '9'));
      await late.says('submitted');
      const soon = cluster.extract('soon.npy', '--pooling', 'avg', ...cluster.flags(...shards, '1'));
      await soon.says('submitted');
      cluster.worker();
      await Promise.race([late.exit, soon.exit]);
      expect(soon.child.exitCode).toBe(0);
      expect(late.child.exitCode).toBeNull();
      await done(late);
    },
    patience,
  );
});

/** A result without what differs from run to run. */
function withoutTimes(text: string): string {
  return JSON.stringify(JSON.parse(text), (key, value: unknown) =>
    ['timings', 'artifact', 'seconds'].includes(key) ? undefined : value,
  );
}
