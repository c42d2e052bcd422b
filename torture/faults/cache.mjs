// A cache that is damaged, deleted, shared by many processes, or used by processes that are killed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { numbers } from '../corpus/bytes.mjs';

const job = 'extract';
const databases = (cache) => filesBelow(cache).filter((path) => path.endsWith('data.mdb'));

function filesBelow(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile());
}

/** Writes noise over so many places of a file. */
function scribble(path, { seed, places, from = 0 }) {
  const random = numbers(seed);
  const { size } = statSync(path);
  const file = openSync(path, 'r+');
  for (let place = 0; place < places && size > from; place += 1) {
    const noise = Buffer.from(Array.from({ length: 64 }, () => random(256)));
    writeSync(file, noise, 0, noise.length, from + random(Math.max(1, size - from - noise.length)));
  }
  closeSync(file);
}

/** The cache is warm, then damaged; the next run comes to the same result all the same. */
const damaged = (title, damage) => ({
  title: `cache ${title}`,
  async run(bench) {
    const folders = bench.place();
    await bench.run(job, folders);
    for (const path of databases(folders.cache)) damage(path);
    rmSync(folders.out, { recursive: true });
    mkdirSync(folders.out);
    const faults = await bench.same(await bench.run(job, folders));
    return [...faults, ...(await bench.same(await bench.run(job, folders))).map((fault) => `the run after: ${fault}`)];
  },
});

/** Something happens to the cache at five moments of a run. */
const underway = (title, harm) => ({
  title: `cache ${title} under a running job`,
  async run(bench) {
    const faults = [];
    const seconds = (await bench.run(job, bench.place())).seconds;
    for (const share of [0.3, 0.5, 0.65, 0.8, 0.9]) {
      const folders = bench.place();
      // Half of them find a warm cache.
      if (share !== 0.5) await bench.run(job, folders);
      const onStart = () => void sleep(share * seconds * 1000).then(() => harm(folders.cache, share));
      faults.push(...(await bench.same(await bench.run(job, folders, { onStart }))));
      const after = await bench.same(await bench.run(job, folders));
      faults.push(...after.map((fault) => `the run after: ${fault}`));
    }
    return faults;
  },
});

const together = (count) => ({
  title: `${count} processes on one cache`,
  async run(bench) {
    const { root, cache } = bench.place();
    const runs = Array.from({ length: count }, (_, place) => {
      const out = join(root, `out-${place}`);
      mkdirSync(out);
      return bench.run(job, { root, cache, out });
    });
    return (await Promise.all((await Promise.all(runs)).map((result) => bench.same(result)))).flat();
  },
});

/** Kills a process while it reads. */
async function killReader(path) {
  const reader = fileURLToPath(new URL('cache-reader.mjs', import.meta.url));
  const child = spawn(process.execPath, [reader, dirname(path)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  await Promise.race([once(child.stdout, 'data'), ended]);
  child.kill('SIGKILL');
  await ended;
}

export const cacheFaults = [
  damaged('cut to half', (path) => truncateSync(path, statSync(path).size / 2)),
  damaged('cut to nothing', (path) => truncateSync(path, 0)),
  damaged('with noise in its first pages', (path) => scribble(path, { seed: 'meta', places: 200 })),
  damaged('with noise in its values', (path) => scribble(path, { seed: 'values', places: 50, from: 16_384 })),
  damaged('that is a folder', (path) => {
    rmSync(path);
    mkdirSync(path);
  }),
  underway('deleted', (cache) => rmSync(cache, { recursive: true, force: true })),
  underway('cut to half', (cache) => {
    for (const path of databases(cache)) truncateSync(path, statSync(path).size / 2);
  }),
  underway('scribbled over', (cache, share) => {
    for (const path of databases(cache)) scribble(path, { seed: `under way ${share}`, places: 20, from: 16_384 });
  }),
  together(2),
  together(8),
  {
    title: '130 processes killed on one cache that another has open',
    async run(bench) {
      const folders = bench.place();
      const { lmdbFeatureCache } = await import('../../packages/node-adapter/dist/index.js');
      await bench.run(job, folders);
      // Each process that reads takes one of LMDB's 126 places, and does not give it back when it is killed.
      const holder = lmdbFeatureCache({ folder: join(folders.cache, 'features') });
      await holder.get('a key');
      try {
        for (let killed = 0; killed < 130; killed += 10) {
          await Promise.all(Array.from({ length: 10 }, () => killReader(databases(folders.cache)[0])));
        }
        const result = await bench.run(job, folders);
        const faults = await bench.same(result);
        return /without the cache/.test(result.stderr) ? [...faults, `went on without it: ${result.stderr}`] : faults;
      } finally {
        await holder.close();
      }
    },
  },
];
