import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
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

// Windows lets only administrators make links, and has no named pipes in folders.
describe.skipIf(process.platform === 'win32')('folderArtifactStore reads nothing that lies elsewhere', () => {
  function placeWith(fill: (folder: string) => void) {
    const folder = place();
    mkdirSync(folder);
    fill(folder);
    return folderArtifactStore(folder);
  }

  it('refuses a link out of the folder, to a file or to a folder', async () => {
    const secret = join(place(), '..', 'secret');
    writeFileSync(secret, 'mine');
    const store = placeWith((folder) => {
      symlinkSync(secret, join(folder, 'a.bin'));
      symlinkSync('/proc/self/environ', join(folder, 'b.bin'));
      symlinkSync(root, join(folder, 'c.bin'));
      symlinkSync('a.bin', join(folder, 'chain.bin'));
    });
    for (const name of ['a.bin', 'b.bin', 'c.bin', 'chain.bin']) {
      await expect(store.read(name)).rejects.toThrow(/is a link that leads out of the folder/);
    }
  });

  it('follows a link within the folder, and one that is the folder itself', async () => {
    const store = placeWith((folder) => {
      writeFileSync(join(folder, 'a.bin'), 'one');
      symlinkSync('a.bin', join(folder, 'b.bin'));
      symlinkSync(folder, `${folder}-link`);
    });
    expect(await store.read('b.bin')).toEqual(new Uint8Array(bytes('one')));
    expect(await folderArtifactStore(`${store.location}-link`).read('b.bin')).toHaveLength(3);
  });

  it('refuses what is no plain file, and does not wait for it', async () => {
    const store = placeWith((folder) => {
      execFileSync('mkfifo', [join(folder, 'pipe.bin')]);
      mkdirSync(join(folder, 'folder.bin'));
      symlinkSync('loop.bin', join(folder, 'loop.bin'));
    });
    await expect(store.read('pipe.bin')).rejects.toThrow(/is no plain file/);
    await expect(store.read('folder.bin')).rejects.toThrow(/is no plain file/);
    await expect(store.read('loop.bin')).rejects.toThrow(/cannot be read/);
  });

  it('refuses a file of a terabyte by its size', async () => {
    const store = placeWith((folder) => {
      writeFileSync(join(folder, 'a.bin'), '');
      truncateSync(join(folder, 'a.bin'), 2 ** 40);
    });
    await expect(store.read('a.bin', { maxBytes: 2 ** 23 })).rejects.toThrow(
      /has 1099511627776 bytes, at most 8388608/,
    );
  });
});
