import {
  buildHuffmanTable,
  clearHuffmanTables,
  huffmanTable,
  LARGEST,
  OFFSET,
  SYMBOLS,
  LOOKUP_BITS,
  extend,
} from './huffman';
import { fillBlock, inverseTransform, isNeutral } from './idct';
import { allocate, BLOCK, COMPONENTS, QUANT, ZIGZAG } from './memory';

// Baseline JPEG in one scan: what cameras and converters write by far most often. Whatever else a file may be (progressive,
// CMYK, turned by EXIF, with a warning of any kind) is refused here and left to libvips.

export const OK = 0;
export const REFUSED = 1;

// A component: its plane, the plane's stride, sampling factors, tables, and the last DC value.
const COMPONENT_SIZE: usize = 32;
const PLANE: usize = 0;
const STRIDE: usize = 4;
const ACROSS: usize = 8;
const DOWN: usize = 9;
const QUANT_INDEX: usize = 10;
const ID: usize = 11;
const DC_TABLE: usize = 12;
const AC_TABLE: usize = 13;
const LAST_DC: usize = 16;

export let width: i32 = 0;
export let height: i32 = 0;
export let componentCount: i32 = 0;
/** Luma samples for each chroma sample, across and down: 1 or 2. */
export let chromaAcross: i32 = 1;
export let chromaDown: i32 = 1;
/** Whether all chroma is neutral: red, green and blue are then the luma, to the bit. */
export let isGrey: bool = true;
let restartInterval: i32 = 0;
let hasFrame: bool = false;
let hasJfif: bool = false;
let adobeTransform: i32 = -1;
let quantDefined: i32 = 0;

function component(index: i32): usize {
  return COMPONENTS + <usize>index * COMPONENT_SIZE;
}

export function planeOf(index: i32): usize {
  return load<u32>(component(index), PLANE);
}

export function strideOf(index: i32): usize {
  return load<u32>(component(index), STRIDE);
}

function load16(at: usize): i32 {
  return ((<i32>load<u8>(at)) << 8) | load<u8>(at, 1);
}

/** Decodes into planes. @param maxPixels - Larger images are refused before anything is allocated. */
export function decodePlanes(start: usize, length: i32, maxPixels: i32): i32 {
  hasFrame = hasJfif = false;
  adobeTransform = -1;
  restartInterval = quantDefined = 0;
  clearHuffmanTables();
  const end = start + length;
  if (length < 4 || load16(start) !== 0xffd8) return REFUSED;
  let at = start + 2;
  while (at + 4 <= end) {
    if (load<u8>(at) !== 0xff) return REFUSED;
    const marker: i32 = load<u8>(at, 1);
    if (marker === 0xff) {
      at++;
      continue;
    }
    if (marker < 0xc0 || (marker >= 0xd0 && marker <= 0xd9)) return REFUSED;
    const size = load16(at + 2);
    const body = at + 4;
    const next = at + 2 + size;
    if (size < 2 || next > end) return REFUSED;
    if (marker === 0xda) return readScan(body, next, end);
    if (!readSegment(marker, body, next, maxPixels)) return REFUSED;
    at = next;
  }
  return REFUSED;
}

function readSegment(marker: i32, body: usize, next: usize, maxPixels: i32): bool {
  if (marker === 0xc0 || marker === 0xc1) return readFrame(body, next, maxPixels);
  if (marker === 0xc4) return readHuffmanTables(body, next);
  if (marker === 0xdb) return readQuantTables(body, next);
  if (marker === 0xdd) {
    restartInterval = load16(body);
    return next - body === 2;
  }
  if (marker === 0xe0) {
    if (next - body >= 5 && load<u32>(body) === 0x4649464a && load<u8>(body, 4) === 0) hasJfif = true;
    return true;
  }
  if (marker === 0xe1) return next - body < 6 || load<u32>(body) !== 0x66697845 || isUpright(body + 6, next);
  if (marker === 0xee) {
    if (next - body >= 12 && load<u32>(body) === 0x626f6441 && load<u8>(body, 4) === 0x65)
      adobeTransform = load<u8>(body, 11);
    return true;
  }
  // Other applications' segments, and comments. Other frames, arithmetic coding, hierarchies and late heights are not for us.
  return marker > 0xe0 && (marker <= 0xef || marker === 0xfe);
}

/** Whether EXIF leaves the image as it is; false also where its first directory makes no sense. */
function isUpright(tiff: usize, end: usize): bool {
  if (tiff + 8 > end) return true;
  const little = load<u16>(tiff) === 0x4949;
  if (!little && load<u16>(tiff) !== 0x4d4d) return false;
  const offset = exif32(tiff + 4, little);
  if (offset < 8 || offset > <u32>(end - tiff) - 2) return false;
  const directory = tiff + offset;
  const count: usize = exif16(directory, little);
  if (directory + 2 + count * 12 > end) return false;
  for (let i: usize = 0; i < count; i++) {
    const entry = directory + 2 + i * 12;
    if (exif16(entry, little) === 0x112) return exif16(entry + 2, little) === 3 && exif16(entry + 8, little) === 1;
  }
  return true;
}

function exif16(at: usize, little: bool): u32 {
  const value = load<u16>(at);
  return little ? value : bswap<u16>(value);
}

function exif32(at: usize, little: bool): u32 {
  const value = load<u32>(at);
  return little ? value : bswap<u32>(value);
}

function readQuantTables(body: usize, next: usize): bool {
  let at = body;
  while (at < next) {
    const head: i32 = load<u8>(at++);
    const wide = head >> 4;
    const index = head & 15;
    if (wide > 1 || index > 3 || at + (wide ? 128 : 64) > next) return false;
    for (let k: usize = 0; k < 64; k++) {
      const value = wide ? load16(at + k * 2) : <i32>load<u8>(at + k);
      // A divisor above 16 bits of sign would be read as negative by the transform.
      if (value === 0 || value > 0x7fff) return false;
      store<u16>(QUANT + ((<usize>index) << 7) + (k << 1), <u16>value);
    }
    quantDefined |= 1 << index;
    at += wide ? 128 : 64;
  }
  return at === next;
}

function readHuffmanTables(body: usize, next: usize): bool {
  let at = body;
  while (at < next) {
    const head: i32 = load<u8>(at++);
    if (head >> 4 > 1 || (head & 15) > 3 || at + 16 > next) return false;
    let total: u32 = 0;
    for (let i: usize = 0; i < 16; i++) total += load<u8>(at + i);
    if (total > 256 || at + 16 + total > next) return false;
    if (!buildHuffmanTable(huffmanTable(((head >> 4) << 2) | (head & 3)), at, total)) return false;
    at += 16 + total;
  }
  return at === next;
}

function readFrame(body: usize, next: usize, maxPixels: i32): bool {
  if (hasFrame || next - body < 9 || load<u8>(body) !== 8) return false;
  height = load16(body + 1);
  width = load16(body + 3);
  componentCount = load<u8>(body, 5);
  if (width === 0 || height === 0 || <i64>width * height > maxPixels) return false;
  if ((componentCount !== 1 && componentCount !== 3) || next - body !== 6 + <usize>componentCount * 3) return false;
  for (let i: i32 = 0; i < componentCount; i++) {
    const spec = body + 6 + <usize>i * 3;
    const into = component(i);
    store<u8>(into, load<u8>(spec), ID);
    store<u8>(into, load<u8>(spec, 1) >> 4, ACROSS);
    store<u8>(into, load<u8>(spec, 1) & 15, DOWN);
    store<u8>(into, load<u8>(spec, 2), QUANT_INDEX);
    if (load<u8>(spec, 2) > 3) return false;
  }
  hasFrame = true;
  return checkSampling();
}

/** Grey; or 4:4:4, 4:2:2 or 4:2:0. */
function checkSampling(): bool {
  chromaAcross = chromaDown = 1;
  if (componentCount === 1) {
    // Alone in its scan a component has one block a unit, whatever its factors say.
    store<u8>(component(0), 1, ACROSS);
    store<u8>(component(0), 1, DOWN);
    return true;
  }
  chromaAcross = load<u8>(component(0), ACROSS);
  chromaDown = load<u8>(component(0), DOWN);
  for (let i: i32 = 1; i < 3; i++) {
    if (load<u8>(component(i), ACROSS) !== 1 || load<u8>(component(i), DOWN) !== 1) return false;
  }
  if (chromaAcross === 1) return chromaDown === 1;
  // libjpeg smooths chroma only from three samples a row on.
  return chromaAcross === 2 && (chromaDown === 1 || chromaDown === 2) && width > 4;
}

/** Whether the components are luma and chroma, by the rules of libjpeg. */
function isLumaChroma(): bool {
  if (componentCount === 1 || hasJfif) return true;
  if (adobeTransform >= 0) return adobeTransform === 1;
  for (let i: i32 = 0; i < 3; i++) {
    if (<i32>load<u8>(component(i), ID) !== i + 1) return false;
  }
  return true;
}

function readScan(body: usize, next: usize, end: usize): i32 {
  if (!hasFrame || !isLumaChroma() || next - body !== 4 + <usize>componentCount * 2) return REFUSED;
  if (<i32>load<u8>(body) !== componentCount) return REFUSED;
  for (let i: i32 = 0; i < componentCount; i++) {
    const into = component(i);
    const spec = body + 1 + <usize>i * 2;
    const tables = load<u8>(spec, 1);
    if (load<u8>(spec) !== load<u8>(into, ID) || tables >> 4 > 3 || (tables & 15) > 3) return REFUSED;
    if ((quantDefined & (1 << load<u8>(into, QUANT_INDEX))) === 0) return REFUSED;
    store<u8>(into, tables >> 4, DC_TABLE);
    store<u8>(into, (tables & 15) + 4, AC_TABLE);
  }
  const selection = body + 1 + <usize>componentCount * 2;
  if (load<u8>(selection) !== 0 || load<u8>(selection, 1) !== 63 || load<u8>(selection, 2) !== 0) return REFUSED;
  return decodeScan(next, end);
}

let mcuColumns: i32 = 0;
let mcuRows: i32 = 0;

function allocatePlanes(): void {
  const unitWidth = 8 * chromaAcross;
  const unitHeight = 8 * chromaDown;
  mcuColumns = (width + unitWidth - 1) / unitWidth;
  mcuRows = (height + unitHeight - 1) / unitHeight;
  for (let i: i32 = 0; i < componentCount; i++) {
    const into = component(i);
    const stride = mcuColumns * 8 * load<u8>(into, ACROSS);
    store<u32>(into, stride, STRIDE);
    store<u32>(into, <u32>allocate(<usize>stride * mcuRows * 8 * load<u8>(into, DOWN)), PLANE);
    store<i32>(into, 0, LAST_DC);
  }
}

// Where each piece between restart markers begins and ends, without the zeros stuffed behind 0xff.
let pieces: usize = 0;
let pieceCount: i32 = 0;

/** Copies the coded data without stuffing. @returns False unless it ends, in order, with the end of the image. */
function unstuff(start: usize, end: usize, expected: i32): bool {
  pieces = allocate(<usize>expected * 8);
  const copy = allocate(end - start + 16);
  pieceCount = 0;
  let from = start;
  let to = copy;
  let pieceStart = copy;
  const ff = i8x16.splat(-1);
  for (;;) {
    while (from + 16 <= end) {
      const bytes = v128.load(from);
      v128.store(to, bytes);
      const hits = i8x16.bitmask(i8x16.eq(bytes, ff));
      if (hits !== 0) {
        const clean = ctz(hits);
        from += clean;
        to += clean;
        break;
      }
      from += 16;
      to += 16;
    }
    if (from + 1 >= end) return false;
    const byte = load<u8>(from);
    if (byte !== 0xff) {
      store<u8>(to++, byte);
      from++;
      continue;
    }
    const marker: i32 = load<u8>(from, 1);
    if (marker === 0) {
      store<u8>(to++, 0xff);
      from += 2;
      continue;
    }
    if (pieceCount === expected) return false;
    store<u32>(pieces + ((<usize>pieceCount) << 3), <u32>pieceStart);
    store<u32>(pieces + ((<usize>pieceCount) << 3), <u32>to, 4);
    pieceCount++;
    if (marker === 0xd9) break;
    if (marker !== 0xd0 + ((pieceCount - 1) & 7)) return false;
    from += 2;
    pieceStart = to;
  }
  // What is read past the end is zeros, and is found out.
  memory.fill(to, 0, 16);
  return pieceCount === expected;
}

function decodeScan(start: usize, end: usize): i32 {
  allocatePlanes();
  const units = mcuColumns * mcuRows;
  const interval = restartInterval > 0 ? restartInterval : units;
  if (!unstuff(start, end, (units + interval - 1) / interval)) return REFUSED;
  memory.fill(BLOCK, 0, 128);
  isGrey = true;
  for (let piece: i32 = 0; piece < pieceCount; piece++) {
    const from = load<u32>(pieces + ((<usize>piece) << 3));
    const to = load<u32>(pieces + ((<usize>piece) << 3), 4);
    for (let i: i32 = 0; i < componentCount; i++) store<i32>(component(i), 0, LAST_DC);
    const first = piece * interval;
    if (!decodePiece(from, to, first, min(first + interval, units))) return REFUSED;
  }
  return OK;
}

/** The first block with colour: those before it were neutral, and not written. */
function beginColour(): void {
  isGrey = false;
  for (let i: i32 = 1; i < componentCount; i++) {
    const part = component(i);
    memory.fill(load<u32>(part, PLANE), 128, <usize>load<u32>(part, STRIDE) * mcuRows * 8);
  }
}

/** Decodes units up to `until`. @returns False if a code is unknown, or more or less data is there than needed. */
function decodePiece(start: usize, end: usize, first: i32, until: i32): bool {
  let at = start;
  // The next bits, from the top, and how many of them count.
  let bits: u64 = 0;
  let count: i32 = 0;
  for (let unit = first; unit < until; unit++) {
    const unitRow = unit / mcuColumns;
    const unitColumn = unit - unitRow * mcuColumns;
    for (let index: i32 = 0; index < componentCount; index++) {
      const part = component(index);
      const across: i32 = load<u8>(part, ACROSS);
      const down: i32 = load<u8>(part, DOWN);
      const stride: usize = load<u32>(part, STRIDE);
      const quant = QUANT + ((<usize>load<u8>(part, QUANT_INDEX)) << 7);
      const dcTable = huffmanTable(load<u8>(part, DC_TABLE));
      const acTable = huffmanTable(load<u8>(part, AC_TABLE));
      const corner =
        <usize>load<u32>(part, PLANE) + <usize>(unitRow * down * 8) * stride + <usize>(unitColumn * across * 8);
      let dc = load<i32>(part, LAST_DC);
      for (let block: i32 = 0; block < across * down; block++) {
        // Never fewer than 32 bits for a code and its coefficient, which have 31 at most.
        if (count < 32) {
          bits |= bswap<u64>(load<u64>(at)) >> count;
          at += (63 - count) >> 3;
          count |= 56;
        }
        let entry = load<u32>(dcTable + <usize>((bits >> (64 - LOOKUP_BITS)) << 2));
        let length: i32 = entry & 0xff;
        let value = (<i32>entry) >> 16;
        if (value === 0) {
          let size: i32 = (entry >> 8) & 0xff;
          if (length === 0) {
            const long = longCode(dcTable, <i32>(bits >> 48));
            length = long & 0xff;
            if (length === 0) return false;
            size = long >> 8;
          }
          if (size > 15) return false;
          if (size > 0) value = extend(<i32>((bits << length) >> (64 - size)), size);
          length += size;
        }
        bits <<= length;
        count -= length;
        dc += value;
        const target = corner + <usize>(block >> (across - 1)) * 8 * stride + <usize>(block & (across - 1)) * 8;
        const scaled = <i16>(dc * load<u16>(quant));

        let k: i32 = 1;
        let isFlat = true;
        while (k < 64) {
          if (count < 32) {
            bits |= bswap<u64>(load<u64>(at)) >> count;
            at += (63 - count) >> 3;
            count |= 56;
          }
          entry = load<u32>(acTable + <usize>((bits >> (64 - LOOKUP_BITS)) << 2));
          length = entry & 0xff;
          value = (<i32>entry) >> 16;
          let symbol: i32 = (entry >> 8) & 0xff;
          if (value === 0) {
            if (length === 0) {
              const long = longCode(acTable, <i32>(bits >> 48));
              length = long & 0xff;
              if (length === 0) return false;
              symbol = long >> 8;
            }
            const size = symbol & 15;
            if (size === 0) {
              bits <<= length;
              count -= length;
              if (symbol !== 0xf0) break;
              k += 16;
              continue;
            }
            value = extend(<i32>((bits << length) >> (64 - size)), size);
            length += size;
          }
          bits <<= length;
          count -= length;
          k += symbol >> 4;
          isFlat = false;
          store<i16>(BLOCK + ((<usize>load<u8>(ZIGZAG + k)) << 1), <i16>(value * load<u16>(quant + ((<usize>k) << 1))));
          k++;
        }
        if (k > 64) return false;
        if (index > 0 && isGrey) {
          if (isFlat && isNeutral(scaled)) continue;
          beginColour();
        }
        if (isFlat) fillBlock(target, stride, scaled);
        else {
          store<i16>(BLOCK, scaled);
          inverseTransform(target, stride);
        }
      }
      store<i32>(part, dc, LAST_DC);
    }
    // Far beyond its end a piece has only wrong data.
    if (at > end + 8) return false;
  }
  const left = <i32>(end - start) * 8 - (<i32>(at - start) * 8 - count);
  return left >= 0 && left < 8;
}

/** A code of 11 to 16 bits. @returns Its length, and its symbol from bit 8; 0 if there is no such code. */
function longCode(table: usize, next16: i32): i32 {
  for (let length: i32 = LOOKUP_BITS + 1; length <= 16; length++) {
    const code = next16 >> (16 - length);
    if (code <= load<i32>(table + LARGEST + ((<usize>length) << 2))) {
      const place = code + load<i32>(table + OFFSET + ((<usize>length) << 2));
      return ((<i32>load<u8>(table + SYMBOLS + place)) << 8) | length;
    }
  }
  return 0;
}
