import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatasetError } from '@graft-ml/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listImages } from './list-images.js';
import { loadImageFolder } from './load-image-folder.js';
import { loadImageGlob } from './load-image-glob.js';
import { openDataset } from './open-dataset.js';
import { listShard } from './list-shard.js';

let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'graft-open-'));
  for (const path of ['cat/1.png', 'cat/deep/2.jpg', 'cat/.hidden.png', 'dog/1.png', 'dog/3.jpg', 'owl/[1].png']) {
    await put(path);
  }
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function put(path: string, content = path): Promise<string> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), content);
  return join(root, path);
}

const ids = (dataset: Awaited<ReturnType<typeof openDataset>>) => dataset.samples.map(({ id }) => id);

describe('loadImageGlob', () => {
  it('takes the first folder below the fixed part as class', async () => {
    const all = await loadImageGlob(`${root}/**/*.{png,jpg}`);
    expect(all.classNames).toEqual(['cat', 'dog', 'owl']);
    expect(ids(all)).toEqual(['cat/1.png', 'cat/deep/2.jpg', 'dog/1.png', 'dog/3.jpg', 'owl/[1].png']);
    expect(all.samples).toEqual((await loadImageFolder(root)).samples);
    expect(ids(await loadImageGlob(`${root}/{cat,dog}/*.png`))).toEqual(['cat/1.png', 'dog/1.png']);
    expect(ids(await loadImageGlob(`${root}/[!c]*/*`))).toEqual(['dog/1.png', 'dog/3.jpg', 'owl/[1].png']);
  });

  it('lists matching links that leave the fixed part, and does not follow them', async () => {
    await symlink('/etc/hostname', join(root, 'cat', 'out.png'));
    const { skipped } = await loadImageGlob(`${root}/*/*.png`);
    expect(skipped).toEqual([
      { path: join(root, 'cat', 'out.png'), reason: `it is a link to a place outside of ${root}` },
    ]);
    expect((await loadImageGlob(`${root}/*/*.jpg`)).skipped).toEqual([]);
    expect((await loadImageFolder(root)).skipped).toHaveLength(1);
  });

  it('says what is wrong with a pattern', async () => {
    await put('loose.png');
    await expect(loadImageGlob(`${root}/*.png`)).rejects.toThrow(/loose\.png, which lies in no class folder/);
    await expect(loadImageGlob(`${root}/*/*.gif`)).rejects.toThrow(/matches no file below/);
    await expect(loadImageGlob(`${root}/gone/*.png`)).rejects.toThrow(/there is no folder .*gone/);
    await expect(loadImageGlob(`!${root}/*`)).rejects.toThrow(/what not to match/);
  });
});

describe('openDataset', () => {
  it('tells a folder, a pattern and a manifest apart', async () => {
    const manifest = await put('rows.csv', 'path,label\ncat/1.png,cat\ndog/1.png,dog\n');
    expect(ids(await openDataset(root))).toHaveLength(5);
    expect(ids(await openDataset(`${root}/*/1.png`))).toEqual(['cat/1.png', 'dog/1.png']);
    expect(ids(await openDataset(manifest))).toEqual(['cat/1.png', 'dog/1.png']);
  });

  it('takes a folder whose name looks like a pattern or a manifest for a folder', async () => {
    for (const name of ['odd[1]', 'set.csv']) {
      await put(`${name}/a/1.png`);
      await put(`${name}/b/1.png`);
      expect(ids(await openDataset(join(root, name)))).toEqual(['a/1.png', 'b/1.png']);
    }
  });

  it('refuses one class, a missing file, and manifest options for anything else', async () => {
    const one = await put('one.csv', 'path,label\ncat/1.png,cat\n');
    await expect(openDataset(one)).rejects.toThrow(/one class, "cat", but two are needed/);
    await expect(openDataset(`${root}/{cat,none}/*`)).rejects.toThrow(/one class, "cat"/);
    await expect(openDataset(join(root, 'gone.csv'))).rejects.toThrow(/gone\.csv cannot be opened/);
    await expect(openDataset(join(root, 'gone'))).rejects.toThrow(DatasetError);
    await expect(openDataset(root, { where: { view: 'PA' } })).rejects.toThrow(/"where" is for a manifest/);
  });
});

describe('listShard and listImages', () => {
  it('tells of each image in which of so many shards it would be', async () => {
    const { images, shardOf = [] } = await listShard([root], { shardCount: 3 });
    for (const index of [1, 2, 3]) {
      const own = await listShard([root], { shard: { index, count: 3 } }).catch(() => ({ images: [] }));
      expect(images.filter((_, place) => shardOf[place] === index)).toEqual(own.images);
    }
    expect((await listShard([root])).shardOf).toBeUndefined();
    await expect(listShard([root], { shardCount: 0 })).rejects.toThrow(RangeError);
  });

  it('need no labels', async () => {
    const manifest = await put('rows.csv', 'path\ncat/1.png\ngone.png\nhttps://example.org/a.png\n');
    const { images, skipped } = await listShard([manifest]);
    expect(images).toEqual([join(root, 'cat', '1.png'), new URL('https://example.org/a.png')]);
    expect(skipped).toEqual([{ path: join(root, 'gone.png'), reason: 'there is no such file' }]);
    expect((await listShard([`${root}/dog/*`])).images).toEqual([
      join(root, 'dog', '1.png'),
      join(root, 'dog', '3.jpg'),
    ]);
    expect((await listShard([join(root, 'dog')])).images).toHaveLength(2);
    const odd = join(root, 'owl', '[1].png');
    expect(await listImages([odd, `${root}/cat/*.png`])).toEqual([odd, join(root, 'cat', '1.png')]);
    await expect(listShard([await put('none.csv', 'path\ngone.png\n')])).rejects.toThrow(/names no file that is there/);
  });
});
