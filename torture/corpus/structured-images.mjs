// Images whose inner structure lies: boxes, chunks, directories and scans that point to themselves, claim sizes, or never end.
import { deflateSync } from 'node:zlib';
import { concatenate, png } from './bytes.mjs';
import { formats } from './formats.mjs';

const number = (value, bytes, little = false) => {
  const data = Buffer.alloc(bytes);
  if (little) data.writeUIntLE(value, 0, bytes);
  else data.writeUIntBE(value, 0, bytes);
  return data;
};

/** A TIFF directory: entries `[tag, type, count, value]`, and where the next directory is said to be. */
function tiff(entries, next = 0) {
  const directory = entries.map(([tag, type, count, value]) =>
    concatenate(number(tag, 2, true), number(type, 2, true), number(count, 4, true), number(value, 4, true)),
  );
  const head = concatenate('II*\0', number(8, 4, true), number(entries.length, 2, true));
  return concatenate(head, ...directory, number(next, 4, true), Buffer.alloc(64 * 64, 99));
}
const tiffImage = ({ width = 64, height = 64, offset = 200, bytes = 4096, depth = 8, packing = 1, next = 0 }) =>
  tiff(
    [
      [256, 4, 1, width],
      [257, 4, 1, height],
      [258, 3, 1, depth],
      [259, 3, 1, packing],
      [262, 3, 1, 1],
      [273, 4, 1, offset],
      [277, 3, 1, 1],
      [278, 4, 1, height],
      [279, 4, 1, bytes],
    ],
    next,
  );

/** A GIF whose screen and first frame have the claimed size. */
function gif({ width, height }) {
  const size = concatenate(number(width, 2, true), number(height, 2, true));
  const frame = concatenate([0x2c], Buffer.alloc(4), size, [0], [2, 2, 0x4c, 1, 0]);
  return concatenate('GIF89a', size, [0x80, 0, 0], [0, 0, 0, 255, 255, 255], frame, [0x3b]);
}

/** A WebP with an extended header that claims a canvas. */
function claimCanvas(webp, { width, height }) {
  const extended = concatenate(
    'VP8X',
    number(10, 4, true),
    [0, 0, 0, 0],
    number(width - 1, 3, true),
    number(height - 1, 3, true),
  );
  const body = concatenate('WEBP', extended, webp.subarray(12));
  return concatenate('RIFF', number(body.length, 4, true), body);
}

/** An AVIF whose item claims another size. */
function claimExtent(avif, { width, height }) {
  const bytes = Buffer.from(avif);
  const at = bytes.indexOf('ispe');
  bytes.writeUInt32BE(width, at + 8);
  bytes.writeUInt32BE(height, at + 12);
  return bytes;
}

/** A JPEG whose last scan stands there many times: each is decoded over the whole picture. */
function manyScans(jpeg, times) {
  const scan = jpeg.lastIndexOf(Buffer.from([0xff, 0xda]));
  const repeated = Array.from({ length: times }, () => jpeg.subarray(scan, -2));
  return concatenate(jpeg.subarray(0, -2), ...repeated, jpeg.subarray(-2));
}

function withSegment(jpeg, marker, data) {
  return concatenate(jpeg.subarray(0, 2), [0xff, marker], number(data.length + 2, 2), data, jpeg.subarray(2));
}

/** A header of EXIF whose first directory says that the next one is itself. */
const roundExif = concatenate('Exif\0\0II*\0', number(8, 4, true), [0, 0], number(8, 4, true));

/** @returns Files: name, content, what is expected of them. */
export function structuredFiles() {
  const zeros = deflateSync(Buffer.alloc(50_000_000));
  return [
    ['tiff-round.tif', () => tiffImage({ next: 8 }), 'either'],
    ['tiff-large.tif', () => tiffImage({ width: 50_000, height: 50_000, bytes: 2_500_000_000 }), 'listed'],
    ['tiff-outside.tif', () => tiffImage({ offset: 0xff_ff_ff_00 }), 'either'],
    ['tiff-no-depth.tif', () => tiffImage({ depth: 77 }), 'listed'],
    ['tiff-unknown-packing.tif', () => tiffImage({ packing: 4711 }), 'listed'],
    ['tiff-many-entries.tif', () => tiff(Array.from({ length: 60_000 }, (_, i) => [i, 4, 0xff_ff_ff_ff, 8])), 'listed'],
    ['tiff-no-entries.tif', () => tiff([]), 'listed'],
    ['tiff-column.tif', () => tiffImage({ width: 1, height: 100_000, bytes: 4000 }), 'either'],
    ['gif-large.gif', () => gif({ width: 65_535, height: 65_535 }), 'listed'],
    ['gif-nothing.gif', () => gif({ width: 0, height: 0 }), 'either'],
    ['webp-large.webp', async () => claimCanvas(await formats.webp(), { width: 16_383, height: 16_383 }), 'either'],
    ['webp-widest.webp', async () => claimCanvas(await formats.webp(), { width: 2 ** 24, height: 2 ** 24 }), 'listed'],
    ['avif-large.avif', async () => claimExtent(await formats.avif(), { width: 60_000, height: 60_000 }), 'listed'],
    ['avif-widest.avif', async () => claimExtent(await formats.avif(), { width: 2 ** 31, height: 2 ** 31 }), 'listed'],
    ['avif-nothing.avif', async () => claimExtent(await formats.avif(), { width: 0, height: 0 }), 'either'],
    ['scans.jpg', async () => manyScans(await formats.progressive(), 2000), 'either'],
    ['exif-round.jpg', async () => withSegment(await formats.jpg(), 0xe1, roundExif), 'either'],
    ['comment.jpg', async () => withSegment(await formats.jpg(), 0xfe, Buffer.alloc(65_000, '\u001b')), 'either'],
    ['no-tables.jpg', () => Buffer.from([0xff, 0xd8, 0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0, 0xff, 0xd9]), 'listed'],
    ['long-segment.jpg', () => Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0xff, 0xff]), 'listed'],
    ['markers.jpg', () => concatenate([0xff, 0xd8], Buffer.alloc(1_000_000, 0xff), [0xff, 0xd9]), 'listed'],
    ['packed-profile.png', () => framed([['iCCP', concatenate('a\0\0', zeros)]]), 'either'],
    ['packed-text.png', () => framed([['zTXt', concatenate('a\0\0', zeros)]]), 'either'],
    ['animated.png', () => framed([['acTL', Buffer.from([255, 255, 255, 255, 0, 0, 0, 0])]]), 'either'],
    ['many-chunks.png', () => framed(Array.from({ length: 50_000 }, () => ['tEXt', 'a\0b'])), 'either'],
    ['endless-chunk.png', () => endlessChunk(), 'listed'],
    ['16-bit.tif', () => formats.wide(), 'either'],
    ['deep-palette.gif', async () => (await formats.gif()).subarray(0, 13 + 9), 'listed'],
    ['pdf-before.jpg', async () => concatenate('%PDF-1.7\n', await formats.jpg()), 'listed'],
    ['archive-inside.gif', async () => concatenate(await formats.gif(), 'PK\u0005\u0006', Buffer.alloc(18)), 'either'],
    ['script-inside.jpg', async () => withSegment(await formats.jpg(), 0xfe, Buffer.from('*/=alert(1);/*')), 'either'],
  ];
}

const framed = (extra) => png({ width: 64, height: 64, extra });

/** Its data claim to be two gigabytes long. */
function endlessChunk() {
  const bytes = png({ width: 64, height: 64 });
  bytes.writeUInt32BE(0x7f_ff_ff_ff, 33);
  return bytes;
}
