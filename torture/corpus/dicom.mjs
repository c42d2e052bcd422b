// DICOM files by hand, whose elements need not agree.
import { deflateRawSync } from 'node:zlib';
import { concatenate, flipBits, packedZeros } from './bytes.mjs';

const syntaxes = {
  plain: '1.2.840.10008.1.2.1',
  deflated: '1.2.840.10008.1.2.1.99',
  jpeg: '1.2.840.10008.1.2.4.50',
  lossless: '1.2.840.10008.1.2.4.70',
  rle: '1.2.840.10008.1.2.5',
  bigEndian: '1.2.840.10008.1.2.2',
  unknown: '1.2.3.4',
};
const endless = 0xff_ff_ff_ff;

const short = (value) => [value & 255, value >> 8];
const even = (text) => (text.length % 2 === 0 ? text : `${text}\0`);

/** One element: `[group, tag, kind, value, claimed length]`. */
function element([group, tag, kind, value, claimed]) {
  const data = Buffer.from(value);
  const long = ['OB', 'OW', 'SQ', 'UN'].includes(kind);
  const head = Buffer.alloc(long ? 12 : 8);
  head.writeUInt16LE(group, 0);
  head.writeUInt16LE(tag, 2);
  head.write(kind, 4, 'latin1');
  if (long) head.writeUInt32LE(claimed ?? data.length, 8);
  else head.writeUInt16LE(claimed ?? data.length, 6);
  return concatenate(head, data);
}

/** An item of a sequence or of encapsulated pixels. */
function item(data, tag = 0xe0_00, claimed = data.length) {
  const head = Buffer.alloc(8);
  head.writeUInt16LE(0xff_fe, 0);
  head.writeUInt16LE(tag, 2);
  head.writeUInt32LE(claimed, 4);
  return concatenate(head, data);
}

export function dicom(elements, { syntax = syntaxes.plain, preamble = Buffer.alloc(128), pack = (x) => x } = {}) {
  const meta = element([0x0002, 0x0010, 'UI', even(syntax)]);
  return concatenate(preamble, 'DICM', meta, pack(concatenate(...elements.map(element))));
}

const pixels = (data = Buffer.alloc(64 * 64, 77), claimed) => [0x7fe0, 0x0010, 'OW', data, claimed];

/** Elements of a grey image of 64×64; those of `changes` replace or join them, by tag. */
export function image({ rows = 64, columns = 64, data, claimed, changes = [] } = {}) {
  const elements = [
    [0x0028, 0x0002, 'US', short(1)],
    [0x0028, 0x0004, 'CS', 'MONOCHROME2 '],
    [0x0028, 0x0010, 'US', short(rows)],
    [0x0028, 0x0011, 'US', short(columns)],
    [0x0028, 0x0100, 'US', short(8)],
    [0x0028, 0x0101, 'US', short(8)],
    [0x0028, 0x0102, 'US', short(7)],
    [0x0028, 0x0103, 'US', short(0)],
  ];
  const changed = new Set(changes.map(([group, tag]) => `${group},${tag}`));
  return [
    ...[...elements.filter(([group, tag]) => !changed.has(`${group},${tag}`)), ...changes].sort(
      ([a, b], [c, d]) => a - c || b - d,
    ),
    pixels(data, claimed),
  ];
}

const us = (tag, value) => [0x0028, tag, 'US', short(value)];
const text = (tag, kind, value) => [0x0028, tag, kind, even(value)];
const deep = (levels) => {
  let inner = Buffer.alloc(0);
  for (let i = 0; i < levels; i += 1) {
    inner = item(
      concatenate(...[[0x0008, 0x1140, 'SQ', inner, endless]].map(element), item('', 0xe0_dd)),
      0xe0_00,
      endless,
    );
    if (inner.length > 2_000_000) break;
  }
  return [[0x0008, 0x1140, 'SQ', concatenate(inner, item('', 0xe0_dd)), endless], ...image()];
};
const encapsulated = (fragments) => concatenate(item(''), ...fragments.map((part) => item(part)), item('', 0xe0_dd));
const packed = (syntax, fragments, more) => () =>
  dicom(image({ data: encapsulated(fragments), claimed: endless, ...more }), { syntax });
const rle = (segments) => {
  const header = Buffer.alloc(64);
  header.writeUInt32LE(segments.length, 0);
  segments.forEach((at, i) => i < 15 && header.writeUInt32LE(at, 4 + 4 * i));
  return concatenate(header, Buffer.alloc(100, 0x81));
};

/** @returns Files: name, content, what is expected of them. */
export function dicomFiles() {
  return [
    ['dicom-no-pixels.dcm', () => dicom([]), 'listed'],
    ['dicom-cut.dcm', () => dicom([us(0x0010, 64)]).subarray(0, 140), 'listed'],
    ['dicom-large.dcm', () => dicom(image({ rows: 65_535, columns: 65_535 })), 'listed'],
    ['dicom-no-rows.dcm', () => dicom(image({ rows: 0 })), 'listed'],
    ['dicom-long-value.dcm', () => dicom(image({ claimed: 0xff_ff_ff_00 })), 'listed'],
    ['dicom-random.dcm', () => flipBits(dicom(image()), { count: 60, seed: 'dicom', after: 132 }), 'either'],
    ['dicom.png', () => dicom(image()), 'either'],
    ['dicom-too-few-pixels.dcm', () => dicom(image({ data: Buffer.alloc(10) })), 'listed'],
    ['dicom-unknown-syntax.dcm', () => dicom(image(), { syntax: syntaxes.unknown }), 'listed'],
    ['dicom-no-syntax.dcm', () => concatenate(Buffer.alloc(128), 'DICM', Buffer.alloc(64)), 'listed'],
    ['dicom-big-endian.dcm', () => dicom(image(), { syntax: syntaxes.bigEndian }), 'listed'],
    ['dicom-no-bits.dcm', () => dicom(image({ changes: [us(0x0100, 0)] })), 'listed'],
    ['dicom-64-bits.dcm', () => dicom(image({ changes: [us(0x0100, 64), us(0x0101, 64), us(0x0102, 63)] })), 'listed'],
    ['dicom-odd-high-bit.dcm', () => dicom(image({ changes: [us(0x0102, 99)] })), 'either'],
    ['dicom-many-samples.dcm', () => dicom(image({ changes: [us(0x0002, 65_535)] })), 'listed'],
    ['dicom-no-kind.dcm', () => dicom(image({ changes: [text(0x0004, 'CS', 'NO SUCH')] })), 'listed'],
    ['dicom-palette.dcm', () => dicom(image({ changes: [text(0x0004, 'CS', 'PALETTE COLOR')] })), 'either'],
    ['dicom-many-frames.dcm', () => dicom(image({ changes: [text(0x0008, 'IS', '2147483647')] })), 'either'],
    ['dicom-wild-window.dcm', () => dicom(image({ changes: windowOf('1e999', '-1e999') })), 'either'],
    ['dicom-no-window.dcm', () => dicom(image({ changes: windowOf('', '0') })), 'either'],
    ['dicom-not-a-number.dcm', () => dicom(image({ changes: [text(0x1053, 'DS', 'NaN')] })), 'either'],
    ['dicom-wild-slope.dcm', () => dicom(image({ changes: [text(0x1053, 'DS', '1e308')] })), 'either'],
    ['dicom-deep.dcm', () => dicom(deep(20_000)), 'either'],
    ['dicom-deflated-damaged.dcm', () => dicom(image(), { syntax: syntaxes.deflated }), 'listed'],
    ['dicom-deflated.dcm', () => dicom(image(), { syntax: syntaxes.deflated, pack: deflateRawSync }), 'either'],
    ['dicom-deflated-bomb.dcm', deflatedBomb, 'listed'],
    ['dicom-no-fragments.dcm', packed(syntaxes.jpeg, []), 'listed'],
    ['dicom-empty-fragment.dcm', packed(syntaxes.jpeg, ['']), 'listed'],
    ['dicom-no-jpeg.dcm', packed(syntaxes.jpeg, ['no JPEG']), 'listed'],
    ['dicom-no-lossless.dcm', packed(syntaxes.lossless, [Buffer.from([0xff, 0xd8, 0xff, 0xc3, 0, 4, 8, 0])]), 'listed'],
    [
      'dicom-many-fragments.dcm',
      packed(
        syntaxes.jpeg,
        Array.from({ length: 100_000 }, () => 'ab'),
      ),
      'listed',
    ],
    ['dicom-rle-outside.dcm', packed(syntaxes.rle, [rle([0xff_ff_ff_00])]), 'listed'],
    ['dicom-rle-many.dcm', packed(syntaxes.rle, [rle(Array.from({ length: 4_000_000 }, () => 64))]), 'listed'],
    ['dicom-rle-long.dcm', packed(syntaxes.rle, [rle([64])]), 'either'],
    ['dicom-and-tiff.dcm', () => dicom(image(), { preamble: concatenate('II*\0', Buffer.alloc(124, 8)) }), 'either'],
    [
      'dicom-and-page.dcm',
      () => dicom(image(), { preamble: Buffer.from('<script>alert(1)</script>'.padEnd(128)) }),
      'either',
    ],
  ];
}

const windowOf = (center, width) => [text(0x1050, 'DS', center), text(0x1051, 'DS', width)];

/** A megabyte that inflates to a gigabyte of pixels. */
export function deflatedBomb() {
  const gigabyte = 2 ** 30;
  const elements = image({ rows: 64, columns: 64, data: Buffer.alloc(0), claimed: gigabyte });
  return dicom(elements, {
    syntax: syntaxes.deflated,
    pack: (bytes) => concatenate(deflateRawSync(bytes, { finishFlush: 3 }), packedZeros(gigabyte)),
  });
}
