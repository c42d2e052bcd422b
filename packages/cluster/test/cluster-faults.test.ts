import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { Hosts, noHosts } from './hosts.js';
import { noRedis } from './redis-server.js';
import { done, failure, full, patience, small, useCluster, type TestCluster } from './test-cluster.js';

let cluster: TestCluster;
const photo = ['photos', 'clear', 'clear_7.png'];
const canMount = spawnSync('unshare', ['--mount', 'true']).status === 0;

describe.skipIf(noRedis !== undefined)(`a cluster in trouble${noRedis === undefined ? '' : ` (${noRedis})`}`, () => {
  useCluster((started) => (cluster = started));

  it(
    'sets a shard aside that cannot be done, names why, does the others, and does only it again',
    async () => {
      const { at } = cluster;
      cpSync(at('photos'), at('elsewhere', 'photos'), { recursive: true });
      rmSync(at('elsewhere', ...photo));
      const poor = cluster.worker('--data-root', 'elsewhere');
      const command = () => cluster.extract('aside.npy', ...cluster.flags('--shards', '3'));
      const line = await failure(command());
      expect(line).toContain('3 of 3 shards were set aside');
      expect(line).toMatch(/worker \S+ lacks "\S+elsewhere\/photos\/clear\/clear_7\.png", which the submitter has/);
      await poor.kill();

      cpSync(at(...photo), at('elsewhere', ...photo));
      cluster.worker('--data-root', 'elsewhere');
      await done(command());
      expect(cluster.same('aside.npy', 'one.npy')).toBe(true);
    },
    patience,
  );

  it(
    'notices an image that was replaced under its name, on the way to a worker or between two runs',
    async () => {
      const { at } = cluster;
      const command = (...more: string[]) => cluster.extract('again.npy', ...cluster.flags('--shards', '2'), ...more);
      const submitted = command();
      await submitted.says('submitted');
      renameSync(at(...photo), at('kept.png'));
      cpSync(at('photos', 'clear', 'clear_8.png'), at(...photo));
      cluster.worker();
      expect(await failure(submitted)).toMatch(
        /1 of 2 shards were set aside.*worker \S+ has another "\S+clear_7\.png" than the submitter had: it was replaced/,
      );
      // Submitted as it is now, it is not what lies in the storage.
      await done(command());
      expect(cluster.same('again.npy', 'one.npy')).toBe(false);
      renameSync(at('kept.png'), at(...photo));
      await done(command());
      expect(cluster.same('again.npy', 'one.npy')).toBe(true);
    },
    patience,
  );

  it.skipIf(!full)(
    'notices a model that was trained anew under its name, and a table whose labels changed',
    async () => {
      const { at } = cluster;
      cluster.worker();
      const train = ['train', 'photos', ...small, '--no-report', '--epochs', '1', '--out', 'model'];
      await done(cluster.graft(...train));
      const predict = () => done(cluster.graft('predict', 'model', 'photos', '--json', ...cluster.flags()));
      const first = (await predict()).stdout;
      rmSync(at('model'), { recursive: true });
      await done(cluster.graft(...train, '--seed', '7'));
      expect((await predict()).stdout).not.toBe(first);

      const rows = (swap: boolean) =>
        ['clear', 'ground-glass'].flatMap((name) =>
          Array.from(
            { length: 20 },
            (_, place) => `photos/${name}/${name}_${place + 1}.png,${swap && place === 3 ? 'x' : name}`,
          ),
        );
      const write = (swap: boolean) => writeFileSync(at('rows.csv'), ['path,label', ...rows(swap)].join('\n'));
      const result = async () => {
        const { stdout } = await done(
          cluster.graft('train', 'rows.csv', ...small, '--epochs', '1', '--json', ...cluster.flags()),
        );
        return (JSON.parse(stdout) as { classNames: string[] }).classNames;
      };
      write(false);
      expect(await result()).toEqual(['clear', 'ground-glass']);
      write(true);
      expect(await result()).toEqual(['clear', 'ground-glass', 'x']);
    },
    patience,
  );

  it(
    'lets a job wait that this worker must not do: another storage, another version; and says so on both sides',
    async () => {
      const queue = cluster.queue();
      const submitted = cluster.extract('waits.npy', ...cluster.flags('--shards', '1'));
      const stranger = cluster.worker('--storage', 'another');
      await stranger.says('uses another storage (another) than the submitter: the job waits');
      await submitted.says('uses another storage');
      await stranger.kill();
      const older = olderWorker();
      await older.says(/is of version 0\.0\.9, the job of \d\S*: it waits for a worker of \d/);
      await submitted.says('is of version 0.0.9');
      await older.kill();
      // What another version may mean by it is not this one's to judge.
      await queue.add('future', { version: '99.0.0', kind: 'dream' }, { jobId: 'future-1' });
      await queue.add('collect', { kind: 'nonsense' }, { jobId: 'nonsense-1' });
      cluster.worker();
      await done(submitted);
      expect(cluster.same('waits.npy', 'one.npy')).toBe(true);
      const nonsense = await queue.getJob('nonsense-1');
      expect(nonsense?.failedReason).toContain("job nonsense-1 is none of graft's, or damaged");
      expect(await (await queue.getJob('future-1'))?.getState()).toMatch(/delayed|waiting|active/);
      await queue.close();
    },
    patience,
  );

  it(
    'hands its job back at SIGTERM, at once and uncounted, and exits with 0',
    async () => {
      // Only the lock's end would free the job otherwise.
      const words = ['--lock-seconds', '120'];
      const first = cluster.worker(...words);
      const submitted = cluster.extract('handed.npy', ...cluster.flags('--shards', '1'));
      await first.says(/images, shard 1\/1/);
      first.child.kill('SIGTERM');
      expect(await first.exit).toBe(0);
      expect(first.stderr).toContain('stopped after 0 jobs, 0 failed');
      const queue = cluster.queue();
      const [job] = (await queue.getJobs(['waiting', 'active'])).filter(({ name }) => name === 'extract');
      expect(job?.attemptsMade).toBe(0);
      await queue.close();
      cluster.worker(...words);
      await done(submitted);
      expect(cluster.same('handed.npy', 'one.npy')).toBe(true);
    },
    patience,
  );

  it.skipIf(!full)(
    'ends at SIGTERM while Redis is away, too, on both sides',
    async () => {
      const submitted = cluster.extract('away.npy', ...cluster.flags());
      await submitted.says('submitted');
      const worker = cluster.worker();
      await worker.says('waits for jobs');
      await cluster.redis.kill();
      await worker.says('does not answer');
      worker.child.kill('SIGTERM');
      submitted.child.kill('SIGTERM');
      expect(await worker.exit).toBe(0);
      expect(await submitted.exit).toBe(130);
      expect(submitted.stderr).toContain('Redis does not answer: the jobs are still in its queue');
      await cluster.redis.start();
    },
    patience,
  );

  it(
    'names what is wrong with Redis and the storage',
    async () => {
      const { redis, graft, at } = cluster;
      const flags = ['--storage', 'storage', '--out', 'x.npy'];
      const submit = (url: string) => graft('extract', 'photos', ...small, '--cluster', url, ...flags);
      await redis.kill();
      const nobody = `graft: no Redis answers at ${redis.url}; start one (redis-server), or check the address`;
      expect(await failure(submit(redis.url))).toBe(nobody);
      expect(await failure(graft(...cluster.workerWords(redis.url)))).toBe(nobody);
      await redis.start();
      const locked = await cluster.server('locked', { flags: ['--requirepass', 'secret'] });
      const refused = await failure(submit(locked.url.replace('//', '//:wrong@')));
      expect(refused).toContain(`Redis at ${locked.url} refuses the password`);
      expect(refused).not.toContain('wrong');
      expect(await failure(graft(...cluster.workerWords(locked.url)))).toContain('refuses the password');
      const trusted = graft(...cluster.workerWords(locked.url.replace('//', '//:secret@')));
      await trusted.says('waits for jobs');
      writeFileSync(at('file'), '');
      const nowhere = await failure(graft('worker', '--redis', redis.url, '--storage', 'file/below'));
      expect(nowhere).toContain('the storage file/below cannot be written');
      expect(await graft('extract', 'photos', ...small, '--storage', 's', '--out', 'x.npy').exit).toBe(2);
      expect(await graft('extract', '../other', ...small, ...cluster.flags(), '--out', 'x.npy').exit).not.toBe(0);
    },
    patience,
  );

  it(
    'refuses wrong settings where they are submitted: no worker begins with them',
    async () => {
      const { graft, flags } = cluster;
      const train = (...words: string[]) => failure(graft('train', 'photos', ...small, ...flags(...words)), 2);
      expect(await train('--fine-tune', 'fire99')).toContain('there is no layer or block "fire99"');
      expect(await train('--temperature-scaling')).toContain('pass a validation size');
      expect(await train('--folds', '400')).toContain('400');
      expect(await failure(cluster.extract('x.npy', ...flags('--engine', 'abacus')), 2)).toContain('unknown engine');
      expect(await failure(graft('predict', 'model', 'photos', ...flags()))).toContain('model holds no graft.json');
      const queue = cluster.queue();
      expect(Object.values(await queue.getJobCounts()).every((count) => count === 0)).toBe(true);
      await queue.close();
    },
    patience,
  );

  it.skipIf(!full)(
    'speaks TLS, trusts a certificate that it is told of, and names what is wrong with another',
    async () => {
      const { at, graft } = cluster;
      mkdirSync(at('tls'), { recursive: true });
      const [key, certificate] = [at('tls', 'key.pem'), at('tls', 'cert.pem')];
      const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
      const files = ['-keyout', key, '-out', certificate, '-days', '2'];
      spawnSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...subject, ...files]);
      const tls = ['--tls-cert-file', certificate, '--tls-key-file', key, '--tls-ca-cert-file', certificate];
      const secure = await cluster.server('tls', { flags: [...tls, '--tls-auth-clients', 'no'], isSecure: true });
      const words = ['extract', 'photos', ...small, '--storage', 'storage', '--out', 'tls.npy', '--cluster'];
      expect(await failure(graft(...words, secure.url))).toMatch(
        /the certificate of Redis at rediss:\S+ is of nobody known here \(.*\); name its authority in NODE_EXTRA_CA_CERTS/,
      );
      expect(await failure(graft(...words, secure.url.replace('rediss', 'redis')))).toContain(
        'if it speaks TLS, write rediss://',
      );
      expect(await failure(graft(...words, cluster.redis.url.replace('redis', 'rediss')))).toContain(
        'if it speaks no TLS, write redis://',
      );
      const env = { NODE_EXTRA_CA_CERTS: certificate };
      cluster.run(cluster.workerWords(secure.url), { env });
      await done(cluster.run([...words, secure.url], { env }));
      expect(cluster.same('tls.npy', 'one.npy')).toBe(true);
    },
    patience,
  );

  it.skipIf(!full || !canMount)(
    'goes on once a storage that was full, or read-only, can be written again',
    async () => {
      const { at } = cluster;
      mkdirSync(at('disk'));
      expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', at('disk')]).status).toBe(0);
      const mount = (flags: string) => spawnSync('mount', ['-o', `remount,${flags}`, at('disk')]);
      try {
        const flags = ['--cluster', cluster.redis.url, '--storage', 'disk', '--shards', '2'];
        const command = () => cluster.extract('disk.npy', '--pooling', 'avg', ...flags);
        await done(cluster.extract('pooled.npy', '--pooling', 'avg'));
        for (const [fill, free, words] of [
          [
            () => spawnSync('dd', ['if=/dev/zero', `of=${at('disk', 'ballast')}`, 'bs=1k']),
            () => rmSync(at('disk', 'ballast')),
            'no space is left; free some',
          ],
          [() => mount('ro'), () => mount('rw'), 'it is read-only; mount it writable'],
        ] as const) {
          const submitted = command();
          await submitted.says('submitted');
          fill();
          const worker = cluster.worker('--storage', 'disk');
          await Promise.race([submitted.exit, worker.exit]);
          expect(worker.child.exitCode, worker.stderr).toBeNull();
          expect(await failure(submitted)).toContain(`the storage disk cannot be written: ${words}`);
          // Nothing to submit to either.
          expect(await failure(command())).toContain(words.split(';')[0]);
          free();
          await done(command());
          expect(cluster.same('disk.npy', 'pooled.npy')).toBe(true);
          await worker.kill();
          rmSync(at('disk', 'records'), { recursive: true });
        }
      } finally {
        spawnSync('umount', ['--lazy', at('disk')]);
      }
    },
    patience,
  );

  it.skipIf(!full || noHosts !== undefined)(
    `works between hosts of their own, and when one is cut off without a word${noHosts === undefined ? '' : ` (${noHosts})`}`,
    async () => {
      const hosts = new Hosts(['a', 'b']);
      try {
        const server = await cluster.server('bridge', { host: hosts.address });
        const [a, b] = ['a', 'b'].map((name) =>
          cluster.run(cluster.workerWords(server.url), { before: hosts.enter(name) }),
        );
        const words = ['extract', 'photos', ...small, '--storage', 'storage', '--shards', '8', '--out', 'hosts.npy'];
        const submitted = cluster.graft(...words, '--cluster', server.url);
        await a?.says(/images, shard/);
        hosts.cut('a');
        // No packet comes back, not even a refusal; the other host takes over.
        await b?.says(/shard \d\/8[\s\S]*shard \d\/8[\s\S]*shard \d\/8/);
        await done(submitted);
        expect(cluster.same('hosts.npy', 'one.npy')).toBe(true);
        await a?.says('does not answer', 90_000);
        hosts.heal('a');
        await a?.says('answers again', 90_000);
        await b?.kill();
        await done(cluster.graft(...words, '--pooling', 'avg', '--cluster', server.url));
      } finally {
        hosts.remove();
      }
    },
    patience,
  );
});

/** A worker of an older version of the package: a copy that says so. */
function olderWorker() {
  const folder = cluster.at('older');
  const own = fileURLToPath(new URL('..', import.meta.url));
  mkdirSync(folder, { recursive: true });
  cpSync(`${own}dist`, `${folder}/dist`, { recursive: true });
  symlinkSync(`${own}node_modules`, `${folder}/node_modules`);
  const manifest = JSON.parse(readFileSync(`${own}package.json`, 'utf8')) as object;
  writeFileSync(`${folder}/package.json`, JSON.stringify({ ...manifest, version: '0.0.9' }));
  writeFileSync(
    `${folder}/worker.mjs`,
    `import { runWorker } from './dist/index.js';
await runWorker({ redis: '${cluster.redis.url}', storage: 'storage', onNote: (line) => console.error(line) });`,
  );
  return cluster.script(`${folder}/worker.mjs`);
}
