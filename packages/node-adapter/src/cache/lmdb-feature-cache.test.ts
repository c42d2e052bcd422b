import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { featureCacheContract } from '@graft-ml/core/contracts';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { moveAside } from './generation-folders.js';
import { lmdbFeatureCache, type LmdbFeatureCacheOptions } from './lmdb-feature-cache.js';
import { cacheInfo, clearCache } from './manage-cache.js';

const root = mkdtempSync(join(tmpdir(), 'graft-cache-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const newFolder = (): string => mkdtempSync(join(root, 'cache-'));

/** A cache's work, with the cache closed behind it. */
async function using<Result>(
  options: LmdbFeatureCacheOptions,
  work: (cache: ReturnType<typeof lmdbFeatureCache>) => Promise<Result>,
): Promise<Result> {
  const cache = lmdbFeatureCache(options);
  try {
    return await work(cache);
  } finally {
    await cache.close();
  }
}

describe.each(['float32', 'float16'] as const)('the lmdb cache in %s keeps the contract', (dtype) => {
  let folder = '';
  const checks = featureCacheContract({
    create: () => {
      folder = newFolder();
      return lmdbFeatureCache({ folder, dtype });
    },
    reopen: () => lmdbFeatureCache({ folder, dtype }),
  });
  for (const check of checks) it(check.title, check.run);
});

describe('lmdbFeatureCache', () => {
  it('says which folder cannot be used, and how to choose another', async () => {
    const file = join(root, 'a-file');
    writeFileSync(file, '');
    await using({ folder: join(file, 'features') }, async (cache) => {
      await expect(cache.get('key')).rejects.toThrow(/a-file.*GRAFT_CACHE/);
      await expect(cache.set('key', Float32Array.of(1))).rejects.toThrow(/a-file.*GRAFT_CACHE/);
    });
  });

  it('holds what several writers at once have stored', async () => {
    const folder = newFolder();
    const caches = [lmdbFeatureCache({ folder }), lmdbFeatureCache({ folder })];
    await Promise.all(
      caches.flatMap((cache, writer) =>
        Array.from({ length: 100 }, (_, i) => cache.set(`${writer}/${i}`, Float32Array.of(writer, i))),
      ),
    );
    await Promise.all(caches.map((cache) => cache.close()));
    await using({ folder }, async (reader) => {
      for (const writer of [0, 1]) {
        for (let i = 0; i < 100; i++) expect(await reader.get(`${writer}/${i}`)).toEqual(Float32Array.of(writer, i));
      }
    });
  });

  it('takes half the space in float16, and is as exact as 11 bits', async () => {
    const values = Float32Array.from({ length: 5000 }, (_, i) => Math.sin(i) * 50);
    const sizes: Record<string, number> = {};
    for (const dtype of ['float32', 'float16'] as const) {
      const folder = newFolder();
      const read = await using({ folder, dtype }, async (cache) => {
        for (let i = 0; i < 100; i++) await cache.set(`key ${i}`, values);
        return cache.get('key 1');
      });
      for (const [i, value] of values.entries()) {
        expect(Math.abs(read![i]! - value)).toBeLessThanOrEqual(
          dtype === 'float32' ? 0 : Math.abs(value) * 2 ** -11 + 2 ** -25,
        );
      }
      sizes[dtype] = entriesSize(folder);
    }
    expect(sizes['float16']! / sizes['float32']!).toBeLessThan(0.65);
  });

  it('keeps numbers too large for float16 as they are', async () => {
    const values = Float32Array.of(1e6, 0.1);
    await using({ folder: newFolder(), dtype: 'float16' }, async (cache) => {
      await cache.set('key', values);
      expect(cache.rounded?.(values)).toEqual(values);
      expect(await cache.get('key')).toEqual(values);
    });
  });

  it('does not give float16 to somebody who asks for float32', async () => {
    const folder = newFolder();
    await using({ folder, dtype: 'float16' }, (cache) => cache.set('key', Float32Array.of(0.1)));
    await using({ folder }, async (cache) => expect(await cache.get('key')).toBeUndefined());
    await using({ folder, dtype: 'float16' }, async (cache) => {
      expect((await cache.get('key'))?.[0]).toBeCloseTo(0.1, 3);
    });
  });

  it('stays within its limit, and keeps what was used last', async () => {
    const folder = newFolder();
    const limitBytes = 4e6;
    const row = new Float32Array(2000).fill(1);
    await using({ folder, limitBytes }, async (cache) => {
      for (let i = 0; i < 3000; i++) {
        await cache.set(`key ${i}`, row);
        // Read again and again, so that it moves on with the generations.
        if (i % 50 === 0) expect(i === 0 || (await cache.get('key 0')) !== undefined).toBe(true);
      }
      expect(await cache.get('key 0')).toEqual(row);
      expect(await cache.get('key 2999')).toEqual(row);
      expect(await cache.get('key 1')).toBeUndefined();
    });
    expect(entriesSize(folder)).toBeLessThan(limitBytes * 1.3);
    await using({ folder, limitBytes }, async (cache) => expect(await cache.get('key 2999')).toEqual(row));
  });

  it('refuses a limit of nothing', () => {
    expect(() => lmdbFeatureCache({ folder: root, limitBytes: 0 })).toThrow(RangeError);
  });
});

describe('a damaged cache', () => {
  const filled = async (): Promise<{ folder: string; file: string }> => {
    const folder = newFolder();
    await using({ folder }, async (cache) => {
      for (let i = 0; i < 200; i++) await cache.set(`key ${i}`, new Float32Array(500).fill(i));
    });
    return { folder, file: join(folder, 'generation-1', 'data.mdb') };
  };

  it.each([
    ['is cut short', (file: string) => truncateSync(file, 40_960)],
    ['is no database', (file: string) => writeFileSync(file, 'something else, and longer than nothing'.repeat(1000))],
  ])('that %s is moved aside with a warning, and the work goes on', async (_, damage) => {
    const { folder, file } = await filled();
    damage(file);
    const warnings: string[] = [];
    await using({ folder, onWarning: (message) => warnings.push(message) }, async (cache) => {
      expect(await cache.get('key 1')).toBeUndefined();
      await cache.set('key 1', Float32Array.of(1));
      expect(await cache.get('key 1')).toEqual(Float32Array.of(1));
    });
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/is damaged .* moved to .*generation-1\.damaged-1/);
    expect(readdirSync(folder).sort()).toEqual(['generation-1', 'generation-1.damaged-1']);
  });

  // Touching a page that is gone would end this process (SIGBUS).
  it.each([
    ['to nothing', 'read', 0],
    ['to nothing', 'written', 0],
    ['to a half', 'read', 0.5],
    ['to a half', 'written', 0.5],
  ] as const)('that is cut %s while it is open is moved aside when it is %s next', async (_, use, share) => {
    const { folder, file } = await filled();
    const warnings: string[] = [];
    await using({ folder, onWarning: (message) => warnings.push(message) }, async (cache) => {
      expect(await cache.get('key 1')).toHaveLength(500);
      truncateSync(file, Math.floor(statSync(file).size * share));
      if (use === 'written') await cache.set('key 2', Float32Array.of(6));
      // That write is lost with the rest.
      await vi.waitFor(async () => expect(await cache.get('key 2')).toBeUndefined());
      await cache.set('key 3', Float32Array.of(7));
      expect(await cache.get('key 3')).toEqual(Float32Array.of(7));
    });
    expect(warnings).toEqual([expect.stringMatching(/was cut to \d+ bytes of \d+ while it was open.*moved to/)]);
    await using({ folder }, async (cache) => expect(await cache.get('key 3')).toEqual(Float32Array.of(7)));
  });

  it('that is replaced while it is read is moved aside once, whoever comes upon it first', async () => {
    const folder = newFolder();
    const [file, other] = [join(folder, 'generation-1', 'data.mdb'), join(folder, 'other')];
    const keys = Array.from({ length: 60 }, (_, i) => `key ${i}`);
    // More than a process keeps mapped: the file is opened again on the way.
    await using({ folder }, async (cache) => {
      for (const key of keys) await cache.set(key, new Float32Array(250_000).fill(1));
    });
    const warnings: string[] = [];
    await using({ folder, onWarning: (message) => warnings.push(message) }, async (cache) => {
      expect(await cache.get('key 0')).toHaveLength(250_000);
      writeFileSync(other, 'no database at all'.repeat(1000));
      renameSync(other, file);
      let missing = 0;
      for (const key of keys) {
        const found = await Promise.all([cache.get(key), cache.get('another'), cache.get(key)]);
        missing += found.filter((activations) => activations === undefined).length;
        await cache.set('new', Float32Array.of(2));
      }
      expect(missing).toBeGreaterThan(keys.length);
      expect(await cache.get('new')).toEqual(Float32Array.of(2));
    });
    expect(warnings).toHaveLength(1);
    expect(readdirSync(folder).sort()).toEqual(['generation-1', 'generation-1.damaged-1']);
  });

  it('that another process has moved aside already is no failure', async () => {
    const { folder, file } = await filled();
    expect(moveAside(join(folder, 'generation-9'))).toBeUndefined();
    const warnings: string[] = [];
    await using({ folder, onWarning: (message) => warnings.push(message) }, async (cache) => {
      expect(await cache.get('key 1')).toHaveLength(500);
      moveAside(join(folder, 'generation-1'));
      await cache.set('key 1', Float32Array.of(1));
      expect(await cache.get('key 1')).toEqual(Float32Array.of(1));
    });
    expect(existsSync(file)).toBe(false);
    expect(warnings).toEqual([]);
  });

  it('gives no numbers that changed on the disk', async () => {
    const { folder, file } = await filled();
    const bytes = readFileSync(file);
    // 123 stands nowhere but in one entry, and in pages that LMDB has freed.
    const number = Buffer.from(Float32Array.of(123).buffer);
    for (let at = bytes.indexOf(number); at >= 0; at = bytes.indexOf(number, at + 1)) bytes[at]! ^= 1;
    writeFileSync(file, bytes);
    await using({ folder }, async (cache) => {
      expect(await cache.get('key 123')).toBeUndefined();
      expect(await cache.get('key 122')).toEqual(new Float32Array(500).fill(122));
    });
  });
});

describe('managing the cache', () => {
  it('counts entries and bytes, and empties it', async () => {
    const folder = newFolder();
    await using({ folder: join(folder, 'features') }, async (cache) => {
      for (let i = 0; i < 10; i++) await cache.set(`key ${i}`, new Float32Array(100));
    });
    const info = await cacheInfo(folder, 5e6);
    expect(info).toMatchObject({ entries: 10, limitBytes: 5e6, damaged: [] });
    expect(info.bytes).toBeGreaterThan(4000);
    expect(await clearCache(folder)).toBeGreaterThanOrEqual(info.bytes);
    expect(await cacheInfo(folder)).toMatchObject({ entries: 0, bytes: 0 });
    expect(await clearCache(folder)).toBe(0);
  });
});

function entriesSize(folder: string): number {
  return readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('data.mdb'))
    .reduce((sum, name) => sum + readFileSync(join(folder, name)).length, 0);
}
