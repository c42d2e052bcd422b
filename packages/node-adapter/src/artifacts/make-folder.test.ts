import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ArtifactError } from '@graft-ml/core';
import { afterAll, describe, expect, it } from 'vitest';
import { makeFolder, makeFolderSync } from './make-folder.js';

const root = mkdtempSync(join(tmpdir(), 'graft-folders-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const makers = { makeFolder, makeFolderSync: async (folder: string) => makeFolderSync(folder) };

for (const [name, make] of Object.entries(makers)) {
  describe(name, () => {
    it('makes a folder with all above it, and takes one that is there', async () => {
      const folder = join(root, name, 'a', '..', 'b', 'c');
      await make(folder);
      await make(folder);
      expect(statSync(join(root, name, 'b', 'c')).isDirectory()).toBe(true);
      expect(existsSync(join(root, name, 'a'))).toBe(false);
    });

    it('goes through links to folders', async () => {
      mkdirSync(join(root, name, 'real'), { recursive: true });
      symlinkSync('real', join(root, name, 'link'), 'junction');
      await make(join(root, name, 'link', 'deep'));
      expect(existsSync(join(root, name, 'real', 'deep'))).toBe(true);
    });

    it('is not disturbed by others that make the same folder', async () => {
      const folder = join(root, name, 'd', 'e', 'f');
      await Promise.all(Array.from({ length: 8 }, () => make(folder)));
      expect(existsSync(folder)).toBe(true);
    });

    it('says which file stands in the way', async () => {
      const file = join(root, name, 'file');
      writeFileSync(file, '');
      await expect(make(join(file, 'folder'))).rejects.toThrow(ArtifactError);
      await expect(make(join(file, 'folder'))).rejects.toThrow(`cannot be made: ${file} is a file; name another`);
      await expect(make(file)).rejects.toThrow('is a file');
    });

    // Node's recursive mkdir never came back from here.
    it.skipIf(process.platform !== 'linux')('refuses a place where there are no folders to be made', async () => {
      await expect(make('/proc/graft')).rejects.toThrow(
        'the folder /proc/graft cannot be made: /proc takes no new folders; name another',
      );
      await expect(make('/proc/self/graft/deep')).rejects.toThrow(ArtifactError);
    });
  });
}
