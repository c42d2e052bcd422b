import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { artifactStoreContract } from '@graft-ml/core/contracts';
import { afterAll, describe, expect, it } from 'vitest';
import { folderArtifactStore } from './folder-artifact-store.js';

const root = mkdtempSync(join(tmpdir(), 'graft-artifacts-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const place = () => join(mkdtempSync(join(root, 'place-')), 'model');
const bytes = (text: string) => new TextEncoder().encode(text);

describe('the folder store keeps the contract', () => {
  for (const check of artifactStoreContract(() => folderArtifactStore(place()))) it(check.title, check.run);
});

describe('folderArtifactStore', () => {
  it('leaves nothing beside the artifact, neither after success nor after failure', async () => {
    const folder = place();
    const store = folderArtifactStore(folder);
    await store.write(new Map([['a.bin', bytes('one')]]));
    await expect(store.write(new Map([['../b', bytes('two')]]))).rejects.toThrow();
    expect(readdirSync(join(folder, '..'))).toEqual(['model']);
  });

  it('makes the folders above it', async () => {
    const folder = join(place(), 'deep', 'model');
    await folderArtifactStore(folder).write(new Map([['a.bin', bytes('one')]]));
    expect(existsSync(join(folder, 'a.bin'))).toBe(true);
  });

  it('takes an empty folder', async () => {
    const folder = place();
    mkdirSync(folder);
    await folderArtifactStore(folder).write(new Map([['a.bin', bytes('one')]]));
    expect(readdirSync(folder)).toEqual(['a.bin']);
  });

  it('never replaces a folder that holds other things, and says so before the work', async () => {
    const folder = place();
    mkdirSync(folder);
    writeFileSync(join(folder, 'thesis.txt'), 'ten years of work');
    const store = folderArtifactStore(folder);
    await expect(store.checkWritable()).rejects.toThrow(/thesis\.txt.*choose another folder/);
    await expect(store.write(new Map([['a.bin', bytes('one')]]))).rejects.toThrow(/thesis\.txt/);
    expect(readdirSync(folder)).toEqual(['thesis.txt']);
  });

  it('never replaces a model beside which a user has put a file', async () => {
    const folder = place();
    const store = folderArtifactStore(folder);
    await store.write(new Map([['graft.json', bytes('{"files":{}}')]]));
    writeFileSync(join(folder, 'notes.txt'), 'mine');
    await expect(store.checkWritable()).rejects.toThrow(/notes\.txt/);
  });

  it('refuses a place that is a file', async () => {
    const file = place();
    writeFileSync(file, '');
    await expect(folderArtifactStore(file).checkWritable()).rejects.toThrow(/is a file/);
  });

  // Root may write anywhere, whatever the permissions say.
  it.skipIf(process.getuid?.() === 0)('refuses a place that may not be written', async () => {
    const folder = place();
    mkdirSync(folder);
    chmodSync(folder, 0o500);
    await expect(folderArtifactStore(join(folder, 'model')).checkWritable()).rejects.toThrow(/not writable/);
  });
});
