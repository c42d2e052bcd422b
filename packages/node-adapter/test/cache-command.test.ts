import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { nodeRuntime } from '../src/node-runtime.js';
import { runGraft } from './run-graft.js';

const folder = mkdtempSync(join(tmpdir(), 'graft-cache-command-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('graft cache', () => {
  it('says what the cache holds, and empties it', { timeout: 60_000 }, async () => {
    const runtime = nodeRuntime({ cache: folder });
    for (let i = 0; i < 5; i++) await runtime.cache!.set(`key ${i}`, new Float32Array(1000));
    await runtime.close();
    const environment = { GRAFT_CACHE: folder, GRAFT_CACHE_LIMIT: '2GB', GRAFT_CACHE_DTYPE: 'float16' };

    const json = JSON.parse((await runGraft(['cache', 'info', '--json'], environment)).stdout) as { bytes: number };
    expect(json).toMatchObject({
      folder: join(folder, 'features'),
      entries: 5,
      limitBytes: 2e9,
      dtype: 'float16',
      damaged: [],
    });
    const text = await runGraft(['cache', 'info'], environment);
    expect(text.stdout).toContain('5 features');
    expect(text.stdout).toContain('of at most 2000.0 MB, as float16');

    const cleared = JSON.parse((await runGraft(['cache', 'clear', '--json'], environment)).stdout) as { bytes: number };
    expect(cleared.bytes).toBeGreaterThanOrEqual(json.bytes);
    expect((await runGraft(['cache', 'info'], environment)).stdout).toContain('0 features');
  });

  it('refuses a limit that it does not understand', { timeout: 60_000 }, async () => {
    const { code, stderr } = await runGraft(['cache', 'info'], { GRAFT_CACHE: folder, GRAFT_CACHE_LIMIT: 'much' });
    expect([code, stderr]).toEqual([
      2,
      'graft: GRAFT_CACHE_LIMIT is "much"; expected bytes, or a size such as 500MB\n',
    ]);
  });
});
