import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CacheError } from '@graft-ml/core';
import { graphStoreContract } from '@graft-ml/core/contracts';
import { afterAll, describe, expect, it } from 'vitest';
import { folderGraphStore } from './folder-graph-store.js';

const root = mkdtempSync(join(tmpdir(), 'graft-graphs-'));
let count = 0;
const freshFolder = () => join(root, String(++count));
const key = (digit: string) => digit.repeat(64);

afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('folderGraphStore', () => {
  for (const check of graphStoreContract(() => folderGraphStore({ folder: freshFolder() }))) it(check.title, check.run);

  it('does not give out a file that was cut short or changed, and removes it', async () => {
    for (const damage of [(bytes: Buffer) => bytes.subarray(0, -1), (bytes: Buffer) => bytes.fill(0, 40, 41)]) {
      const folder = freshFolder();
      const store = folderGraphStore({ folder });
      await store.set(key('a'), new Uint8Array(100).fill(7));
      const file = join(folder, readdirSync(folder)[0] ?? '');
      writeFileSync(file, damage(readFileSync(file)));
      expect(await store.get(key('a'))).toBeUndefined();
      expect(readdirSync(folder)).toEqual([]);
    }
  });

  it('lets the graph go that was used longest ago when the limit is passed', async () => {
    const folder = freshFolder();
    let seconds = 2_000_000_000;
    const store = folderGraphStore({ folder, limitBytes: 300, now: () => new Date(1000 * seconds++) });
    const graph = new Uint8Array(100);
    await store.set(key('a'), graph);
    await store.set(key('b'), graph);
    await store.get(key('b'));
    await store.get(key('a'));
    await store.set(key('c'), graph);
    const kept = await Promise.all(
      [key('a'), key('b'), key('c')].map(async (name) => (await store.get(name)) !== undefined),
    );
    expect(kept).toEqual([true, false, true]);
  });

  it('refuses keys that are paths, and says where it cannot write', async () => {
    const store = folderGraphStore({ folder: freshFolder() });
    await expect(store.get('../../etc/passwd')).rejects.toThrow(RangeError);
    const file = join(root, 'file');
    writeFileSync(file, '');
    await expect(folderGraphStore({ folder: file }).set(key('a'), new Uint8Array(1))).rejects.toThrow(CacheError);
  });
});
