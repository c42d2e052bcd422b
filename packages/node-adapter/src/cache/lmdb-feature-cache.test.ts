import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { featureCacheContract } from '@graft-ml/core/contracts';
import { afterAll, describe, expect, it } from 'vitest';
import { lmdbFeatureCache } from './lmdb-feature-cache.js';

const root = mkdtempSync(join(tmpdir(), 'graft-cache-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('the lmdb cache keeps the contract', () => {
  let folder = '';
  const checks = featureCacheContract({
    create: () => {
      folder = mkdtempSync(join(root, 'cache-'));
      return lmdbFeatureCache({ folder });
    },
    reopen: () => lmdbFeatureCache({ folder }),
  });
  for (const check of checks) it(check.title, check.run);
});

describe('lmdbFeatureCache', () => {
  it('says which folder cannot be used, and how to choose another', async () => {
    const file = join(root, 'a-file');
    writeFileSync(file, '');
    const cache = lmdbFeatureCache({ folder: join(file, 'features') });
    await expect(cache.get('key')).rejects.toThrow(/a-file.*GRAFT_CACHE/);
    await cache.close();
  });

  it('holds what several writers at once have stored', async () => {
    const folder = mkdtempSync(join(root, 'many-'));
    const caches = [lmdbFeatureCache({ folder }), lmdbFeatureCache({ folder })];
    await Promise.all(
      caches.flatMap((cache, writer) =>
        Array.from({ length: 100 }, (_, i) => cache.set(`${writer}/${i}`, Float32Array.of(writer, i))),
      ),
    );
    await Promise.all(caches.map((cache) => cache.close()));
    const reader = lmdbFeatureCache({ folder });
    for (const writer of [0, 1]) {
      for (let i = 0; i < 100; i++) expect(await reader.get(`${writer}/${i}`)).toEqual(Float32Array.of(writer, i));
    }
    await reader.close();
  });
});
