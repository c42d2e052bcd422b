import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { withFileLock } from './file-lock.js';

const folder = mkdtempSync(join(tmpdir(), 'graft-lock-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const options = { pollMs: 1, staleMs: 20_000 };

describe('withFileLock', () => {
  it('lets one at a time work, and leaves nothing behind, whatever the work throws', async () => {
    const path = join(folder, 'shared.lock');
    let [inside, most, done] = [0, 0, 0];
    const work = async () => {
      inside += 1;
      most = Math.max(most, inside);
      await sleep(1);
      inside -= 1;
      done += 1;
      if (done % 3 === 0) throw new Error('the work failed');
      return done;
    };
    const outcomes = await Promise.allSettled(Array.from({ length: 12 }, () => withFileLock(path, options, work)));
    expect([most, done]).toEqual([1, 12]);
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(4);
    expect(existsSync(path)).toBe(false);
  });

  it.each([
    [
      'of a process that is gone',
      () => ({ host: hostname(), pid: spawnSync(process.execPath, ['-v']).pid }),
      Date.now(),
    ],
    ['that nobody has touched for long', () => ({ host: 'elsewhere', pid: 1 }), 0],
  ])('takes over a lock %s', async (_, owner, touched) => {
    const path = join(folder, 'left.lock');
    writeFileSync(path, JSON.stringify({ ...owner(), id: 'left' }));
    utimesSync(path, new Date(touched), new Date(touched));
    await expect(withFileLock(path, options, () => Promise.resolve('worked'))).resolves.toBe('worked');
    expect(existsSync(path)).toBe(false);
  });

  it('stops waiting when it is told to', async () => {
    const path = join(folder, 'held.lock');
    const signal = AbortSignal.timeout(30);
    await withFileLock(path, options, async () => {
      const waiting = withFileLock(path, { ...options, signal }, () => Promise.resolve());
      await expect(waiting).rejects.toThrow(/timeout|aborted/i);
    });
  });
});
