import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStorage } from '../src/storage/open-storage.js';
import { expect } from 'vitest';

/** What every shared storage promises: each check gets a location that is empty. */
export const storageContract: readonly { readonly title: string; run(location: string): Promise<void> }[] = [
  {
    title: 'has one name, whoever asks first',
    async run(location) {
      const names = await Promise.all([1, 2, 3, 4].map(async () => (await openStorage(location)).identify()));
      expect(new Set(names).size).toBe(1);
      expect(await (await openStorage(location)).identify()).toBe(names[0]);
    },
  },
  {
    title: 'gives a file back as it was stored, under what it holds, once however often it was stored',
    async run(location) {
      const storage = await openStorage(location);
      await withFolder(async (at) => {
        const bytes = Uint8Array.from({ length: 300_000 }, (_, i) => (i * i) % 251);
        writeFileSync(at('a'), bytes);
        writeFileSync(at('b'), bytes);
        writeFileSync(at('empty'), '');
        const stored = await storage.put(at('a'));
        expect(await storage.put(at('b'))).toEqual(stored);
        expect(stored).toEqual({ bytes: bytes.length, sha256: expect.stringMatching(/^[a-f0-9]{64}$/) });
        await storage.get(stored, at('back'));
        expect(readFileSync(at('back')).equals(bytes)).toBe(true);
        const nothing = await storage.put(at('empty'));
        await storage.get(nothing, at('back'));
        expect(readFileSync(at('back'))).toHaveLength(0);
        expect(await storage.has(stored)).toBe(true);
      });
    },
  },
  {
    title: 'says what it lacks, by name',
    async run(location) {
      const storage = await openStorage(location);
      const absent = { sha256: 'a'.repeat(64), bytes: 1 };
      expect(await storage.has(absent)).toBe(false);
      await withFolder(async (at) => {
        await expect(storage.get(absent, at('x'))).rejects.toThrow(
          `the storage ${location} does not give out ${absent.sha256}`,
        );
      });
    },
  },
  {
    title: 'keeps records by key; the last one counts',
    async run(location) {
      const storage = await openStorage(location);
      expect(await storage.readRecord('extract-1')).toBeUndefined();
      await storage.writeRecord('extract-1', { seconds: 1 });
      await storage.writeRecord('extract-1', { seconds: 2, text: 'ä' });
      expect(await storage.readRecord('extract-1')).toEqual({ seconds: 2, text: 'ä' });
      await expect(storage.readRecord('../secret')).rejects.toThrow(RangeError);
    },
  },
];

async function withFolder(work: (at: (name: string) => string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'graft-storage-'));
  try {
    await work((name) => join(folder, name));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
