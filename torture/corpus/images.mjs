// Images of every format, damaged in every way, and files that only look like images: `graft predict` must list each as skipped
// with a reason, or read it; a good one beside it is always predicted.
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { claimSize, concatenate, flipBits, png } from './bytes.mjs';
import { damageable, formats, plain, sharp } from './formats.mjs';
import { dicomFiles } from './dicom.mjs';
import { structuredFiles } from './structured-images.mjs';

/** What is done to a good file of each format. */
const damages = {
  empty: () => Buffer.alloc(0),
  'one byte': (bytes) => bytes.subarray(0, 1),
  'its first 16 bytes': (bytes) => bytes.subarray(0, 16),
  'cut at a tenth': (bytes) => bytes.subarray(0, Math.floor(bytes.length / 10)),
  'cut in the middle': (bytes) => bytes.subarray(0, Math.floor(bytes.length / 2)),
  'cut at its last byte': (bytes) => bytes.subarray(0, -1),
  'a bit flipped': (bytes, seed) => flipBits(bytes, { count: 1, seed }),
  'ten bits flipped': (bytes, seed) => flipBits(bytes, { count: 10, seed }),
  'a hundred bits flipped behind its header': (bytes, seed) => flipBits(bytes, { count: 100, seed, after: 24 }),
  'zeros from the middle on': (bytes) => Buffer.from(bytes).fill(0, Math.floor(bytes.length / 2)),
  'its second half twice': (bytes) => concatenate(bytes, bytes.subarray(Math.floor(bytes.length / 2))),
  'a megabyte behind it': (bytes) => concatenate(bytes, Buffer.alloc(1_000_000, 'A')),
};

const gray = (options) => png({ width: 64, height: 64, ...options });
const html = '<!doctype html><title>no image</title><script>alert(1)</script>';
const svg = (inside) => `<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64">${inside}</svg>`;

/** Files made by hand: name, content, what is expected of them. */
const special = [
  ['bomb-50000.png', () => gray({ width: 50_000, height: 50_000, depth: 1, rows: 10 }), 'listed'],
  ['bomb-whole.png', () => gray({ width: 20_000, height: 20_000, depth: 1 }), 'listed'],
  ['one-row.png', () => gray({ width: 100_000, height: 1 }), 'either'],
  ['one-column.png', () => gray({ width: 1, height: 100_000 }), 'either'],
  ['one-pixel.png', () => gray({ width: 1, height: 1 }), 'either'],
  ['no-width.png', () => gray({ width: 0, height: 64 }), 'listed'],
  ['no-height.png', () => gray({ width: 64, height: 0 }), 'listed'],
  ['widest.png', () => gray({ width: 0x7f_ff_ff_ff, height: 1, rows: 0 }), 'listed'],
  ['negative.png', () => gray({ width: 0xff_ff_ff_ff, height: 0xff_ff_ff_ff, rows: 0 }), 'listed'],
  ['too-few-rows.png', () => gray({ rows: 3 }), 'either'],
  ['too-many-rows.png', () => gray({ rows: 5000 }), 'either'],
  ['no-such-depth.png', () => gray({ depth: 3 }), 'listed'],
  ['no-such-color.png', () => gray({ color: 5 }), 'listed'],
  ['no-palette.png', () => gray({ color: 3 }), 'either'],
  ['16-bit.png', () => gray({ depth: 16 }), 'either'],
  ['16-bit-color.png', () => gray({ depth: 16, color: 2 }), 'either'],
  ['1-bit.png', () => gray({ depth: 1 }), 'either'],
  ['long-text.png', () => gray({ extra: [['tEXt', `Comment\0${'x'.repeat(5_000_000)}`]] }), 'either'],
  ['wild-profile.png', () => gray({ extra: [['iCCP', 'a\0\0garbage']] }), 'either'],
  ['wild-exif.png', () => gray({ extra: [['eXIf', 'MM\0*\xff\xff\xff\xff']] }), 'either'],
  ['lying.jpg', async () => claimSize(await formats.jpg(), { width: 65_000, height: 65_000 }), 'listed'],
  ['lying-narrow.jpg', async () => claimSize(await formats.jpg(), { width: 1, height: 80 }), 'either'],
  ['lying-low.jpg', async () => claimSize(await formats.jpg(), { width: 96, height: 1 }), 'either'],
  ['lying-zero.jpg', async () => claimSize(await formats.jpg(), { width: 0, height: 0 }), 'listed'],
  ['cmyk.jpg', () => plain().toColourspace('cmyk').jpeg().toBuffer(), 'either'],
  ['grey.jpg', () => plain().greyscale().jpeg().toBuffer(), 'either'],
  ['progressive.jpg', formats.progressive, 'either'],
  ['turned.jpg', () => plain().withMetadata({ orientation: 6 }).jpeg().toBuffer(), 'either'],
  [
    'no-such-turn.jpg',
    () =>
      plain()
        .withExif({ IFD0: { Orientation: '99' } })
        .jpeg()
        .toBuffer(),
    'either',
  ],
  ['transparent.png', () => plain().ensureAlpha(0).png().toBuffer(), 'either'],
  ['animated.gif', () => animation('gif'), 'either'],
  ['animated.webp', () => animation('webp'), 'either'],
  ['thousand-frames.gif', () => animation('gif', 1000), 'either'],
  ['pages.tif', () => animation('tiff'), 'either'],
  ['float.tif', () => plain().greyscale().toColourspace('b-w').raw({ depth: 'float' }).toBuffer(), 'listed'],
  ['page.png', () => Buffer.from(html), 'listed'],
  ['page-behind.jpg', async () => concatenate(await formats.jpg(), html), 'either'],
  [
    'script-before.gif',
    async () => concatenate('GIF89a/*', (await formats.gif()).subarray(8), '*/=1;alert(1)'),
    'either',
  ],
  ['archive-behind.png', async () => concatenate(await formats.png(), 'PK\u0003\u0004', Buffer.alloc(100)), 'either'],
  ['archive.png', () => concatenate('PK\u0003\u0004', Buffer.alloc(100)), 'listed'],
  ['program.png', () => concatenate('\x7fELF\u0002\u0001\u0001', Buffer.alloc(200)), 'listed'],
  ['text.jpg', () => Buffer.from('not an image, by no means'), 'listed'],
  ['json.png', () => Buffer.from('{"image": "x"}'), 'listed'],
  ['gif-in-png.png', () => formats.gif(), 'either'],
  ['zeros.png', () => Buffer.alloc(10_000), 'listed'],
  ['random.jpg', () => flipBits(Buffer.alloc(10_000), { count: 40_000, seed: 'random' }), 'listed'],
  ['drawing.png', () => Buffer.from(svg('<rect width="64" height="64"/>')), 'listed'],
  ['reads-file.png', () => Buffer.from(svg('<image href="file:///etc/passwd" width="9" height="9"/>')), 'listed'],
  [
    'asks-network.png',
    () => Buffer.from(svg('<image href="http://127.0.0.1:9/a.png" width="9" height="9"/>')),
    'listed',
  ],
  [
    'reads-entity.png',
    () => Buffer.from(`<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>${svg('<text>&b;</text>')}`),
    'listed',
  ],
  ['billion.png', () => Buffer.from(billionLaughs()), 'listed'],
  ['pdf.png', () => Buffer.from('%PDF-1.7\n1 0 obj <</OpenAction 2 0 R>> endobj\n'), 'listed'],
  ['bmp.jpg', () => concatenate('BM', Buffer.alloc(60, 1)), 'listed'],
  ['heif.jpg', () => concatenate([0, 0, 0, 24], 'ftypheic', Buffer.alloc(64)), 'listed'],
];

async function animation(format, pages = 5) {
  const frames = await sharp(Buffer.alloc(32 * 32 * 3 * pages, 90), {
    raw: { width: 32, height: 32 * pages, channels: 3, pageHeight: 32 },
  });
  return frames[format]().toBuffer();
}

function billionLaughs() {
  const levels = Array.from({ length: 9 }, (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`);
  return `<!DOCTYPE a [<!ENTITY l0 "ha">${levels.join('')}]>${svg('<text>&l9;</text>')}`;
}

/** @returns Cases: `prepare(sandbox)` writes the input and gives the command. */
export async function imageCases({ seed, model, goods }) {
  const cases = [];
  const beside = (title, name, { content, expect }) => {
    cases.push({
      door: 'images',
      title,
      expect,
      subject: name,
      async prepare({ at }) {
        writeFileSync(at('input', name), await content());
        return ['predict', model, goods, at('input', name), '--json'];
      },
    });
  };
  for (const ending of damageable) {
    const bytes = await formats[ending]();
    for (const [title, damage] of Object.entries(damages)) {
      const content = () => damage(bytes, `${seed}/${ending}/${title}`);
      beside(`${ending}: ${title}`, `damaged.${ending}`, { content, expect: 'either' });
    }
  }
  for (const [name, content, expect] of [...special, ...dicomFiles(), ...structuredFiles()]) {
    beside(name, name, { content, expect });
  }
  const odd = {
    'a folder': { make: (path) => mkdirSync(path) },
    'a pipe that nobody writes to': { make: (path) => execFileSync('mkfifo', [path]) },
    'a link to nothing': { make: (path) => symlinkSync('/nowhere/at/all', path) },
    'a link to itself': { make: (path) => symlinkSync(path, path) },
    'an endless device': { make: (path) => symlinkSync('/dev/zero', path) },
  };
  for (const [title, { make }] of Object.entries(odd)) {
    cases.push({
      door: 'images',
      title: `${title} called odd.png`,
      expect: 'either',
      prepare({ at }) {
        make(join(at('input'), 'odd.png'));
        return ['predict', model, goods, at('input', 'odd.png'), '--json'];
      },
    });
  }
  return cases;
}
