import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { ClusterError } from '@graft-ml/node-adapter';
import { afterAll, describe, expect, it } from 'vitest';
import { DataRoot, mapSkipped } from './data-root.js';

const folder = mkdtempSync(join(tmpdir(), 'graft-root-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
mkdirSync(join(folder, 'data', 'photos'), { recursive: true });
writeFileSync(join(folder, 'secret'), '');
symlinkSync(folder, join(folder, 'data', 'out'));
const root = new DataRoot(join(folder, 'data'));

describe('DataRoot', () => {
  it('names what lies below it, and refuses to name anything else', () => {
    expect(root.toPayload(join(folder, 'data', 'photos'))).toBe('photos');
    expect(root.toPayload(join(folder, 'data'))).toBe('.');
    expect(() => root.toPayload(join(folder, 'secret'))).toThrow(
      /lies outside of .*name another folder with --data-root/,
    );
    expect(() => root.toPayload(`${join(folder, 'data')}-other`)).toThrow(RangeError);
  });

  it('finds what a payload names, and lets none out of its folder, by dots, links or otherwise', async () => {
    expect(await root.fromPayload('photos')).toBe(join(folder, 'data', 'photos'));
    expect(await root.fromPayload('not/there')).toBe(join(folder, 'data', 'not', 'there'));
    for (const hostile of [
      '../secret',
      'photos/../../secret',
      '/etc/passwd',
      'out/secret',
      'a\0b',
      '..\\secret',
      '..',
    ]) {
      await expect(root.fromPayload(hostile), hostile).rejects.toThrow(ClusterError);
    }
  });

  it('says paths of records as this machine does', () => {
    const record = root.toRecord(join(folder, 'data', 'photos', 'a.png'));
    expect(record).not.toContain(folder);
    const elsewhere = new DataRoot('/mnt/other');
    expect(elsewhere.fromRecord(record, 'absolute')).toBe('/mnt/other/photos/a.png');
    expect(elsewhere.fromRecord(record, 'relative')).toBe(relative(process.cwd(), '/mnt/other/photos/a.png'));
    expect(root.toRecord('https://example.org/a.png')).toBe('https://example.org/a.png');
    const reason = `${join(folder, 'data', 'b.png')} is no image`;
    const [skip] = mapSkipped([{ path: join(folder, 'data', 'b.png'), reason }], (path) =>
      elsewhere.fromRecord(root.toRecord(path), 'absolute'),
    );
    expect(skip).toEqual({ path: '/mnt/other/b.png', reason: '/mnt/other/b.png is no image' });
  });

  it('has to be there', async () => {
    await expect(new DataRoot(join(folder, 'gone')).check()).rejects.toThrow(/is no folder; name it with --data-root/);
  });
});
