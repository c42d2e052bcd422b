// Disks that are full, and folders that cannot be written.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Runs work with a small file system of its own in a folder. @returns What the work gives; a reason where mounting is forbidden. */
async function withSmallDisk(folder, kilobytes, work) {
  mkdirSync(folder, { recursive: true });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    return 'skipped: this user may not mount a small disk';
  }
  try {
    return await work();
  } finally {
    execFileSync('umount', [folder], { stdio: 'ignore' });
  }
}

function fill(folder) {
  const { bavail, bsize } = statfsSync(folder);
  writeFileSync(join(folder, 'filler'), Buffer.alloc(bavail * bsize));
}

const noSpace = /no space|ENOSPC|disk is full|free space/i;

/** The disk of the results fills up; the same command completes once there is space again. */
const fullOutput = (job) => ({
  title: `disk full: ${job}`,
  run(bench) {
    const folders = bench.place();
    return withSmallDisk(folders.out, 4000, async () => {
      fill(folders.out);
      const faults = await bench.refused(await bench.run(job, folders), noSpace);
      rmSync(join(folders.out, 'filler'));
      // What the job writes is larger than the disk for some.
      const elsewhere = { ...folders, out: join(folders.root, 'elsewhere') };
      mkdirSync(elsewhere.out);
      return [...faults, ...(await bench.same(await bench.run(job, elsewhere)))];
    });
  },
});

/** Other users may not write here: root may write everywhere. */
const locked = (folder) => chmodSync(folder, 0o555);

export const diskFaults = [
  ...['train', 'extract', 'predict to CSV', 'export a file', 'export a folder'].map(fullOutput),
  {
    title: 'disk full: cache',
    run(bench) {
      const folders = bench.place();
      return withSmallDisk(folders.cache, 200, async () => {
        const result = await bench.run('extract', folders);
        return [...(await bench.same(result)), ...bench.warned(result, /going on without the cache/)];
      });
    },
  },
  {
    title: 'disk full: temporary files',
    run(bench) {
      const folders = bench.place();
      const environment = { TMPDIR: join(folders.root, 'temporary') };
      return withSmallDisk(environment.TMPDIR, 40, async () => {
        fill(environment.TMPDIR);
        return bench.same(await bench.run('extract', folders, { environment }));
      });
    },
  },
  ...['train', 'extract', 'export a folder'].map((job) => ({
    title: `read-only folder: ${job}`,
    async run(bench) {
      const folders = bench.place();
      locked(folders.out);
      chmodSync(folders.cache, 0o777);
      const result = await bench.run(job, folders, { unprivileged: true });
      return bench.refused(result, /not writable|permission|read-only|EACCES/i);
    },
  })),
  {
    title: 'read-only folder: cache',
    async run(bench) {
      const folders = bench.place();
      await bench.run('extract', { ...folders, out: folders.root });
      chmodSync(folders.out, 0o777);
      locked(folders.cache);
      execFileSync('chmod', ['-R', 'a-w,a+rX', folders.cache]);
      const kept = await bench.run('extract', folders, { unprivileged: true });
      return bench.same(kept);
    },
  },
  {
    title: 'read-only folder: empty cache',
    async run(bench) {
      const folders = bench.place();
      chmodSync(folders.out, 0o777);
      locked(folders.cache);
      const result = await bench.run('extract', folders, { unprivileged: true });
      return [...(await bench.same(result)), ...bench.warned(result, /going on without the cache/)];
    },
  },
];
