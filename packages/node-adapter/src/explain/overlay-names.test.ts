import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { overlaySoftware } from './overlay-mark.js';
import { overlayFiles } from './overlay-names.js';

let out = '';
beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), 'graft-names-'));
});
afterEach(() => rmSync(out, { recursive: true, force: true }));

const names = async (inputs: (string | URL | Uint8Array)[]) =>
  (await overlayFiles(inputs, out)).map((file) => basename(file));

describe('overlayFiles', () => {
  it('takes the images’ names, with numbers where they repeat in any spelling', async () => {
    expect(await names(['a/x.jpg', 'b/x.dcm', 'c/X.jpg', 'x-2.png', 'a/x.jpg', 'no-ending', 'two.dots.tiff'])).toEqual([
      ...['x.png', 'x-2.png', 'X-3.png', 'x-2-2.png', 'x-4.png', 'no-ending.png', 'two.dots.png'],
    ]);
  });

  it('leaves out what leads elsewhere, or what a file system takes amiss', async () => {
    const inputs = ['..', 'a/<b>:"c"|?*.png', 'con.jpg', '...', 'ü é.png', `${'long'.repeat(90)}.png`, 'tab\there.png'];
    const [dots, odd, device, threeDots, letters, long, control] = await names(inputs);
    expect([dots, odd, device, threeDots]).toEqual(['image-.png', '_b___c____.png', 'image-con.png', 'image--2.png']);
    expect([letters, control]).toEqual(['ü é.png', 'tab_here.png']);
    expect(long).toHaveLength(104);
  });

  it('takes the last part of an address, and a number for bytes', async () => {
    const inputs = [
      new URL('https://example.org/scans/a.png?size=large#top'),
      'https://example.org/../../etc/passwd',
      Uint8Array.of(1),
      new URL('file:///tmp/b.png'),
    ];
    expect(await names(inputs)).toEqual(['a.png', 'passwd.png', 'image-3.png', 'b.png']);
  });

  it('writes over pictures of earlier runs, and over nothing else', async () => {
    writeFileSync(join(out, 'ours.png'), `….${overlaySoftware}…`);
    writeFileSync(join(out, 'theirs.png'), 'a photo');
    mkdirSync(join(out, 'folder.png'));
    expect(await names(['ours.jpg', 'theirs.jpg', 'folder.jpg'])).toEqual(['ours.png', 'theirs-2.png', 'folder-2.png']);
  });

  it('never writes over an image that it explains, a picture of an earlier run even, also through a link', async () => {
    const file = join(out, 'a.png');
    writeFileSync(file, overlaySoftware);
    const link = `${out}-link`;
    symlinkSync(out, link);
    try {
      expect(await names([file])).toEqual(['a-2.png']);
      expect(await names([join(link, 'a.png')])).toEqual(['a-2.png']);
    } finally {
      rmSync(link);
    }
  });
});
