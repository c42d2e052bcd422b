import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatasetError, ImageError } from '@graft-ml/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listImages } from './list-images.js';
import { listShard } from './list-shard.js';
import { loadImageFolder } from './load-image-folder.js';

let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'graft-folder-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function put(...paths: string[]): Promise<void> {
  for (const path of paths) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), path);
  }
}

describe('loadImageFolder', () => {
  it('takes folders as classes and sorts classes, then files, by code units', async () => {
    await put('b/2.png', 'b/10.png', 'B/x.png', 'b/Z.png', 'b/ä.png', 'b-c/1.png');
    const { classNames, samples } = await loadImageFolder(root);
    expect(classNames).toEqual(['B', 'b', 'b-c']);
    expect(samples.map((sample) => sample.id)).toEqual([
      'B/x.png',
      'b/10.png',
      'b/2.png',
      'b/Z.png',
      'b/ä.png',
      'b-c/1.png',
    ]);
    expect(samples[1]).toEqual({ id: 'b/10.png', source: join(root, 'b', '10.png'), label: 'b' });
  });

  it('walks nested folders, counts every file, and leaves hidden files and clutter out', async () => {
    await put(
      'a/deep/er/1.png',
      'a/notes.txt',
      'a/.DS_Store',
      'a/.git/x',
      'a/Thumbs.db',
      'b/1.png',
      '.cache/1.png',
      'readme.md',
    );
    const { classNames, samples } = await loadImageFolder(root);
    expect(classNames).toEqual(['a', 'b']);
    expect(samples.map((sample) => sample.id)).toEqual(['a/deep/er/1.png', 'a/notes.txt', 'b/1.png']);
  });

  it('follows links inside the root once, survives loops, and keeps a link to nothing', async () => {
    await put('a/1.png', 'b/1.png', '.store/2.png', '.store/more/3.png');
    await symlink(join(root, 'a'), join(root, 'a', 'loop'));
    await symlink(root, join(root, 'b', 'up'));
    await symlink(join(root, '.store', '2.png'), join(root, 'a', '2.png'));
    await symlink(join(root, '.store', 'more'), join(root, 'a', 'more'));
    await symlink(join(root, '.store', 'more'), join(root, 'a', 'more-again'));
    await symlink(join(root, 'nowhere'), join(root, 'b', 'broken.png'));
    const { samples } = await loadImageFolder(root);
    const ids = samples.map((sample) => sample.id);
    expect(ids).toContain('a/2.png');
    expect(ids).toContain('a/more/3.png');
    expect(ids).toContain('b/broken.png');
    expect(ids.filter((id) => id.includes('more-again') || id.includes('loop'))).toEqual([]);
  });

  it('does not follow links out of the root, and refuses a class that is one', async () => {
    const outside = await mkdtemp(join(tmpdir(), 'graft-outside-'));
    await writeFile(join(outside, 'secret.png'), 'x');
    await put('a/1.png', 'b/1.png');
    await symlink(outside, join(root, 'a', 'out'));
    await symlink(join(outside, 'secret.png'), join(root, 'a', 'secret.png'));
    expect((await loadImageFolder(root)).samples.map((sample) => sample.id)).toEqual(['a/1.png', 'b/1.png']);
    await symlink(outside, join(root, 'c'));
    await expect(loadImageFolder(root)).rejects.toThrow(/c is a link to .* outside of the data set/);
    await rm(outside, { recursive: true });
  });

  it.skipIf(process.platform === 'win32')('leaves named pipes out (Windows has none)', async () => {
    await put('a/1.png', 'b/1.png');
    execFileSync('mkfifo', [join(root, 'a', 'pipe.png')]);
    expect((await loadImageFolder(root)).samples).toHaveLength(2);
  });

  it('says what is wrong with a folder that is no data set', async () => {
    const missing = join(root, 'missing');
    await expect(loadImageFolder(missing)).rejects.toThrow(/missing cannot be opened: there is no such folder/);
    await expect(loadImageFolder(root)).rejects.toThrow(/no class folders/);
    await put('loose.png');
    await expect(loadImageFolder(join(root, 'loose.png'))).rejects.toThrow(/is a file, expected a folder/);
    await expect(loadImageFolder(root)).rejects.toThrow(/no class folders/);
    await put('only/1.png');
    await expect(loadImageFolder(root)).rejects.toThrow(/one class, "only", but two are needed/);
    await mkdir(join(root, 'void'));
    await expect(loadImageFolder(root)).rejects.toThrow(/no images of "void"/);
    await rm(join(root, 'only', '1.png'));
    await expect(loadImageFolder(root)).rejects.toThrow(/holds no images: its folders "only", "void" are empty/);
    await expect(loadImageFolder(root)).rejects.toThrow(DatasetError);
  });
});

describe('listImages', () => {
  it('keeps files as they are and lists folders, sorted, nested ones too', async () => {
    await put('in/b.png', 'in/a/z.png', 'in/.hidden', 'single.txt');
    const single = join(root, 'single.txt');
    expect(await listImages([single, join(root, 'in')])).toEqual([
      single,
      join(root, 'in', 'a', 'z.png'),
      join(root, 'in', 'b.png'),
    ]);
    expect(await listImages([])).toEqual([]);
  });

  it.skipIf(process.platform === 'win32')(
    'tells of what is there and left out, and so does a listing for shards',
    async () => {
      await put('in/a.png', 'elsewhere/b.png');
      await symlink(join(root, 'elsewhere', 'b.png'), join(root, 'in', 'b.png'));
      execFileSync('mkfifo', [join(root, 'in', 'pipe.png')]);
      const told: string[] = [];
      const onSkipped = ({ path }: { path: string }) => void told.push(path);
      expect(await listImages([join(root, 'in')], { onSkipped })).toEqual([join(root, 'in', 'a.png')]);
      expect(told.sort()).toEqual(['b.png', 'pipe.png'].map((name) => join(root, 'in', name)));
      // `graft predict FOLDER` lost them without a word.
      const { images, skipped } = await listShard([join(root, 'in')]);
      expect([images.length, skipped.map(({ path }) => path).sort()]).toEqual([1, told]);
    },
  );

  // Deeper than a path may be long: such a folder is made step by step, and cannot be read by its path.
  it.skipIf(process.platform !== 'linux')('lists a folder that cannot be read as skipped', async () => {
    await put('in/a/1.png', 'in/b/1.png');
    const script = "for (let i = 0; i < 45; i += 1) { fs.mkdirSync('d'.repeat(100)); process.chdir('d'.repeat(100)); }";
    execFileSync(process.execPath, ['-e', script], { cwd: join(root, 'in', 'a') });
    const { samples, skipped } = await loadImageFolder(join(root, 'in'));
    expect(samples).toHaveLength(2);
    expect(skipped?.map(({ reason }) => reason)).toEqual(['it cannot be read: its path is too long']);
    execFileSync('rm', ['-rf', join(root, 'in')]);
  });

  it('refuses a missing path and an empty folder by name', async () => {
    await expect(listImages([join(root, 'gone.png')])).rejects.toThrow(
      /gone\.png cannot be read: there is no such file or folder/,
    );
    await expect(listImages([root])).rejects.toThrow(/holds no files/);
    await expect(listImages([root])).rejects.toThrow(ImageError);
  });
});
