import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { downloadServer, publishedTest, serve, type DownloadServer } from '../../../test/download-server.js';
import { fetchPublishedWeights } from '../fetch-published-weights.js';

// The disk is full as soon as the first bytes are written.
vi.mock('node:fs/promises', async (load) => {
  const original = await load<typeof import('node:fs/promises')>();
  const open: typeof original.open = async (path, ...rest) => {
    const handle = await original.open(path, ...rest);
    if (String(path).endsWith('.part')) {
      const full = Object.assign(new Error('ENOSPC: no space left on device, write'), {
        code: 'ENOSPC',
        syscall: 'write',
      });
      handle.write = () => Promise.reject(full);
    }
    return handle;
  };
  return { ...original, open };
});

let server: DownloadServer;
let cache: string;
beforeAll(async () => {
  server = await downloadServer();
  cache = await mkdtemp(join(tmpdir(), 'graft-full-'));
});
afterAll(async () => {
  await server.close();
  await rm(cache, { recursive: true });
});

it('names a disk that becomes full, at once, and leaves nothing on it', async () => {
  server.script(serve());
  const work = fetchPublishedWeights('tiny', {
    environment: { KERAS_HOME: cache, GRAFT_CACHE: cache, GRAFT_WEIGHTS_MIRROR: server.address },
    find: () => publishedTest('tiny'),
  });
  const folder = join(cache, 'weights');
  await expect(work).rejects.toThrow(
    `cannot keep tiny_notop.h5: no space is left in ${folder}; free space there, or set GRAFT_CACHE to another folder`,
  );
  expect(server.requests).toHaveLength(1);
  expect(await readdir(folder)).toEqual([]);
});
