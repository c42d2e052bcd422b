import { damagedDicom, unsupportedDicom } from './dicom-error.js';
import { EntropyReader } from './entropy-reader.js';
import { HuffmanTable } from './huffman-table.js';
import { isFrameHeader, nextSegment, readFrameHeader, SCAN, type JpegFrame } from './jpeg-segments.js';
import type { StoredPixels } from './pixel-layout.js';

/** The size that the DICOM header promises. */
export interface ExpectedSize {
  readonly rows: number;
  readonly columns: number;
  readonly samplesPerPixel: number;
}

/**
 * Decodes lossless JPEG with Huffman codes (process 14, all seven predictors, restarts, point transform), 2 to 16 bits.
 *
 * @returns Values, samples of a pixel side by side.
 * @throws ImageError if it is damaged, cut short, of another size, or of another kind of JPEG.
 * @see ITU-T T.81, annex H
 */
export function decodeJpegLossless(jpeg: Uint8Array, expected: ExpectedSize): StoredPixels {
  const tables: (HuffmanTable | undefined)[] = [];
  let frame: JpegFrame | undefined;
  let interval = 0;
  for (let segment = nextSegment(jpeg, 0); segment !== undefined; segment = nextSegment(jpeg, segment.end)) {
    const { marker, content } = segment;
    if (marker === 0xc4) readTables(content, tables);
    else if (marker === 0xdd) interval = ((content[0] ?? 0) << 8) | (content[1] ?? 0);
    else if (isFrameHeader(marker)) frame = requireFrame(readFrameHeader(segment), { expected, size: jpeg.length });
    else if (marker === SCAN) {
      if (frame === undefined) throw damagedDicom('its JPEG pixels have no header');
      return decodeScan({ jpeg, offset: segment.end, frame, interval, scan: readScan(content, frame, tables) });
    }
  }
  throw damagedDicom('its JPEG pixels hold no scan');
}

function requireFrame(
  frame: JpegFrame,
  { expected, size }: { readonly expected: ExpectedSize; readonly size: number },
): JpegFrame {
  const { rows, columns, samplesPerPixel } = expected;
  if (frame.process !== 3) throw unsupportedDicom('holds another kind of JPEG than it says', 'convert it');
  if (frame.height !== rows || frame.width !== columns || frame.components.length !== samplesPerPixel) {
    throw damagedDicom(`its JPEG has ${frame.height}×${frame.width} pixels, expected ${rows}×${columns}`);
  }
  if (frame.precision < 2 || frame.precision > 16) throw damagedDicom(`its JPEG has ${frame.precision} bits`);
  if (frame.components.some(({ sampling }) => sampling !== 0x11)) {
    throw unsupportedDicom('holds lossless JPEG with colours of less detail', 'convert it');
  }
  // Each value takes a bit at least: memory is asked for only where there may be something to put into it.
  if (size * 8 < rows * columns * samplesPerPixel) throw damagedDicom('its JPEG pixels are cut short');
  return frame;
}

function readTables(content: Uint8Array, tables: (HuffmanTable | undefined)[]): void {
  let at = 0;
  while (at + 17 <= content.length) {
    const id = (content[at] as number) & 15;
    const counts = content.subarray(at + 1, at + 17);
    const total = counts.reduce((sum, count) => sum + count, 0);
    const symbols = content.subarray(at + 17, at + 17 + total);
    if (id > 3 || symbols.length < total) throw damagedDicom('a JPEG table is cut short');
    // Tables for other kinds of coding are of no interest.
    if ((content[at] as number) < 16) tables[id] = new HuffmanTable(counts, symbols);
    at += 17 + total;
  }
}

interface Scan {
  /** One for each component. */
  readonly tables: readonly HuffmanTable[];
  /** 1 to 7. */
  readonly predictor: number;
  /** Bits that values were shifted right by. */
  readonly shift: number;
}

function readScan(content: Uint8Array, frame: JpegFrame, tables: readonly (HuffmanTable | undefined)[]): Scan {
  const count = content[0] ?? 0;
  if (count !== frame.components.length) {
    throw unsupportedDicom('holds lossless JPEG with a scan for each colour', 'convert it');
  }
  const chosen = frame.components.map(({ id }, i) => {
    const table = tables[(content[2 + i * 2] ?? 0) >> 4];
    if (content[1 + i * 2] !== id || table === undefined) throw damagedDicom('a JPEG scan lacks a table');
    return table;
  });
  const predictor = content[1 + count * 2] ?? 0;
  const shift = (content[3 + count * 2] ?? 0) & 15;
  if (predictor < 1 || predictor > 7 || shift >= frame.precision) throw damagedDicom('a JPEG scan header is wrong');
  return { tables: chosen, predictor, shift };
}

interface ScanJob {
  readonly jpeg: Uint8Array;
  readonly offset: number;
  readonly frame: JpegFrame;
  /** Pixels between restarts; 0 for none. */
  readonly interval: number;
  readonly scan: Scan;
}

function decodeScan({ jpeg, offset, frame, interval, scan }: ScanJob): StoredPixels {
  const { height, width, precision } = frame;
  const { tables, shift } = scan;
  const predict = PREDICTORS[scan.predictor - 1] as Predictor;
  const channels = tables.length;
  const stride = width * channels;
  if (interval % width !== 0) throw damagedDicom('its JPEG restarts inside a row');
  const rowsBetween = interval / width;
  const initial = 1 << (precision - shift - 1);
  // Bytes where values fit: a JPEG's own precision decides, as the DICOM header may allow more.
  const values = precision > 8 ? new Uint16Array(height * stride) : new Uint8Array(height * stride);
  const reader = new EntropyReader(jpeg, offset);
  // Predictions are modulo 2^16, also those of 8-bit values.
  let above = new Uint16Array(stride);
  let row = new Uint16Array(stride);
  for (let y = 0; y < height; y += 1) {
    const restarts = rowsBetween > 0 && y > 0 && y % rowsBetween === 0;
    if (restarts) reader.restart(y / rowsBetween - 1);
    const isFirst = y === 0 || restarts;
    for (let x = 0; x < stride; x += 1) {
      const table = tables[channels === 1 ? 0 : x % channels] as HuffmanTable;
      let prediction;
      if (x < channels) prediction = isFirst ? initial : (above[x] as number);
      else if (isFirst) prediction = row[x - channels] as number;
      else {
        const left = row[x - channels] as number;
        prediction = predict(left, above[x] as number, above[x - channels] as number);
      }
      row[x] = prediction + reader.difference(table);
    }
    const start = y * stride;
    for (let x = 0; x < stride; x += 1) values[start + x] = (row[x] as number) << shift;
    [above, row] = [row, above];
  }
  reader.requireWhole();
  return values;
}

type Predictor = (left: number, above: number, diagonal: number) => number;

/** @see ITU-T T.81, table H.1 */
const PREDICTORS: readonly Predictor[] = [
  (left) => left,
  (_, above) => above,
  (_, __, diagonal) => diagonal,
  (left, above, diagonal) => left + above - diagonal,
  (left, above, diagonal) => left + ((above - diagonal) >> 1),
  (left, above, diagonal) => above + ((left - diagonal) >> 1),
  (left, above) => (left + above) >> 1,
];
