import { cropHeight, cropWidth, cropX, cropY, out, outHeight, outWidth } from './geometry';
import { allocate } from './memory';
import { writeRow } from './rows';
import { bilinearTaps, tapPairs, tapSize, triangleTaps, WEIGHT_BITS } from './taps';

function allocateRow(sourceWidth: i32): usize {
  return allocate(((<usize>sourceWidth) << 2) + 64);
}

/** The wanted part as it is. */
export function copyPixels(sourceWidth: i32): usize {
  const row = allocateRow(sourceWidth);
  for (let y: i32 = 0; y < outHeight; y++) {
    writeRow(cropY + y, row);
    packRow(row + ((<usize>cropX) << 2), out + <usize>y * outWidth * 3);
  }
  return out;
}

/** RGBX to RGB; writes up to 16 bytes beyond the row's end, which the next row writes anew. */
function packRow(source: usize, target: usize): void {
  for (let x: i32 = 0; x < outWidth; x += 4) storeRgb(target + <usize>x * 3, v128.load(source + ((<usize>x) << 2)));
}

function storeRgb(target: usize, rgbx: v128): void {
  v128.store(target, i8x16.swizzle(rgbx, i8x16(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1)));
}

// ──── Bilinear: OpenCV's resize with INTER_LINEAR, as core's resizeBilinear has it, to the bit ────

export function resizeBilinear(sourceWidth: i32): usize {
  if (cropWidth === outWidth && cropHeight === outHeight) return copyPixels(sourceWidth);
  // OpenCV turns exactly this case into an average of areas.
  if (cropWidth === outWidth * 2 && cropHeight === outHeight * 2) return halve(sourceWidth);
  const columns = bilinearTaps(cropWidth, outWidth, true);
  const rows = bilinearTaps(cropHeight, outHeight, false);
  for (let x: i32 = 0; x < outWidth; x++) {
    const tap = columns + ((<usize>x) << 3);
    store<i32>(tap, (min(max(load<i32>(tap), 0), cropWidth - 1) + cropX) << 2);
  }
  const row = allocateRow(sourceWidth);
  const blended = allocate((<usize>outWidth + 4) << 3);
  const other = allocate((<usize>outWidth + 4) << 3);
  let evenRow: i32 = -1;
  let oddRow: i32 = -1;
  for (let y: i32 = 0; y < outHeight; y++) {
    const tap = rows + ((<usize>y) << 3);
    const index = load<i32>(tap);
    const first = min(max(index, 0), cropHeight - 1);
    const second = min(max(index + 1, 0), cropHeight - 1);
    for (let source = first; source <= second; source++) {
      if (source === evenRow || source === oddRow) continue;
      writeRow(cropY + source, row);
      blendColumns(row, columns, source & 1 ? other : blended);
      if (source & 1) oddRow = source;
      else evenRow = source;
    }
    blendRows(
      first & 1 ? other : blended,
      second & 1 ? other : blended,
      load<i16>(tap, 4),
      load<i16>(tap, 6),
      out + <usize>y * outWidth * 3,
    );
  }
  return out;
}

/** Blends neighbouring pixels: 16 bits a channel, 4 channels a pixel. */
function blendColumns(row: usize, taps: usize, target: usize): void {
  for (let x: i32 = 0; x < outWidth; x += 2) {
    const tap = taps + ((<usize>x) << 3);
    v128.store(target + ((<usize>x) << 3), i16x8.narrow_i32x4_s(blendPixel(row, tap), blendPixel(row, tap + 8)));
  }
}

function blendPixel(row: usize, tap: usize): v128 {
  const two = v128.load64_zero(row + load<u32>(tap));
  const pairs = i16x8.extend_low_i8x16_u(v128.shuffle<i8>(two, two, 0, 4, 1, 5, 2, 6, 3, 7, 0, 0, 0, 0, 0, 0, 0, 0));
  return i32x4.shr_s(i32x4.dot_i16x8_s(pairs, v128.load32_splat(tap, 4)), 4);
}

/** OpenCV's own order of shifts: it decides about the last bit. */
function blendRows(top: usize, bottom: usize, upper: i16, lower: i16, target: usize): void {
  const u = i16x8.splat(upper);
  const l = i16x8.splat(lower);
  for (let x: i32 = 0; x < outWidth; x += 4) {
    const at = (<usize>x) << 3;
    const left = blendEight(v128.load(top + at), v128.load(bottom + at), u, l);
    const right = blendEight(v128.load(top + at, 16), v128.load(bottom + at, 16), u, l);
    storeRgb(target + <usize>x * 3, i8x16.narrow_i16x8_u(left, right));
  }
}

/** Eight samples of two rows. */
export function blendEight(top: v128, bottom: v128, upper: v128, lower: v128): v128 {
  const two = i32x4.splat(2);
  const low = i32x4.add(
    i32x4.shr_s(i32x4.extmul_low_i16x8_s(top, upper), 16),
    i32x4.shr_s(i32x4.extmul_low_i16x8_s(bottom, lower), 16),
  );
  const high = i32x4.add(
    i32x4.shr_s(i32x4.extmul_high_i16x8_s(top, upper), 16),
    i32x4.shr_s(i32x4.extmul_high_i16x8_s(bottom, lower), 16),
  );
  return i16x8.narrow_i32x4_s(i32x4.shr_s(i32x4.add(low, two), 2), i32x4.shr_s(i32x4.add(high, two), 2));
}

function halve(sourceWidth: i32): usize {
  const top = allocateRow(sourceWidth);
  const bottom = allocateRow(sourceWidth);
  for (let y: i32 = 0; y < outHeight; y++) {
    writeRow(cropY + 2 * y, top);
    writeRow(cropY + 2 * y + 1, bottom);
    for (let x: i32 = 0; x < outWidth; x++) {
      const at = (<usize>(cropX + 2 * x)) << 2;
      const sum = i16x8.add(v128.load_ext<u8>(top + at), v128.load_ext<u8>(bottom + at));
      const both = i16x8.add(sum, v128.shuffle<i64>(sum, sum, 1, 0));
      const mean = i16x8.shr_u(i16x8.add(both, i16x8.splat(2)), 2);
      const bytes = i8x16.narrow_i16x8_u(mean, mean);
      v128.store32_lane(out + (<usize>y * outWidth + x) * 3, bytes, 0);
    }
  }
  return out;
}

// ──── Anti-aliased: Pillow's resize with BILINEAR, a triangle as wide as the pixels that shrink into one ────

export function resizeAntialias(sourceWidth: i32): usize {
  if (cropWidth === outWidth && cropHeight === outHeight) return copyPixels(sourceWidth);
  const columns = triangleTaps(cropWidth, outWidth, 1);
  const columnPairs = tapPairs;
  const rows = triangleTaps(cropHeight, outHeight, 1);
  const rowSize = tapSize;
  // A ring of the rows that one output row may need, narrowed already; each stands there twice, so that any run of them is whole.
  const ringRows = tapPairs * 2;
  const ringRow = ((<usize>outWidth) << 2) + 64;
  const ring = allocate(ringRow * ringRows * 2);
  const row = allocateRow(sourceWidth + columnPairs * 2);
  let done: i32 = 0;
  for (let y: i32 = 0; y < outHeight; y++) {
    const tap = rows + rowSize * y;
    const begin = load<i32>(tap);
    const end = min(begin + ringRows, cropHeight);
    for (done = max(done, begin); done < end; done++) {
      writeRow(cropY + done, row);
      const narrowed = ring + ringRow * (done % ringRows);
      narrowRow(row + ((<usize>cropX) << 2), columns, columnPairs, narrowed);
      memory.copy(narrowed + ringRow * ringRows, narrowed, (<usize>outWidth) << 2);
    }
    mixRows(ring + ringRow * (begin % ringRows), ringRow, tap + 8, out + <usize>y * outWidth * 3);
  }
  return out;
}

function narrowRow(row: usize, taps: usize, pairCount: i32, target: usize): void {
  if (pairCount === 1) narrowPairs<One>(row, taps, 1, target);
  else if (pairCount === 2) narrowPairs<Two>(row, taps, 2, target);
  else if (pairCount === 3) narrowPairs<Three>(row, taps, 3, target);
  else narrowPairs<Many>(row, taps, pairCount, target);
}

class One {}
class Two {}
class Three {}
class Many {}

/** @typeParam Count - Few pairs are written out one by one. */
function narrowPairs<Count>(row: usize, taps: usize, pairCount: i32, target: usize): void {
  const size = 8 + ((<usize>pairCount) << 2);
  const end = target + ((<usize>outWidth) << 2);
  let tap = taps;
  for (let to = target; to < end; to += 8) {
    const left = weigh<Count>(row + ((<usize>load<i32>(tap)) << 2), tap + 8, pairCount);
    tap += size;
    const right = weigh<Count>(row + ((<usize>load<i32>(tap)) << 2), tap + 8, pairCount);
    tap += size;
    const words = i16x8.narrow_i32x4_s(left, right);
    v128.store64_lane(to, i8x16.narrow_i16x8_u(words, words), 0);
  }
}

/** One pixel: the sum of its neighbours by their weights. */
function weigh<Count>(pixel: usize, weight: usize, pairCount: i32): v128 {
  let sum = i32x4.add(i32x4.splat(1 << (WEIGHT_BITS - 1)), weighPair(pixel, weight));
  if (isInteger<Count>()) return sum;
  if (idof<Count>() >= idof<Two>()) sum = i32x4.add(sum, weighPair(pixel + 8, weight + 4));
  if (idof<Count>() >= idof<Three>()) sum = i32x4.add(sum, weighPair(pixel + 16, weight + 8));
  if (idof<Count>() === idof<Many>()) {
    for (let k: i32 = 3; k < pairCount; k++)
      sum = i32x4.add(sum, weighPair(pixel + ((<usize>k) << 3), weight + ((<usize>k) << 2)));
  }
  return i32x4.shr_s(sum, WEIGHT_BITS);
}

function weighPair(pixel: usize, weight: usize): v128 {
  const two = v128.load64_zero(pixel);
  const pairs = i16x8.extend_low_i8x16_u(v128.shuffle<i8>(two, two, 0, 4, 1, 5, 2, 6, 3, 7, 0, 0, 0, 0, 0, 0, 0, 0));
  return i32x4.dot_i16x8_s(pairs, v128.load32_splat(weight));
}

function mixRows(rows: usize, rowSize: usize, weights: usize, target: usize): void {
  for (let x: i32 = 0; x < outWidth; x += 4)
    storeRgb(target + <usize>x * 3, mixSixteen(rows + ((<usize>x) << 2), rowSize, weights));
}

/** Sixteen samples: the sums of those below one another by their weights. */
export function mixSixteen(rows: usize, rowSize: usize, weights: usize): v128 {
  const end = weights + ((<usize>tapPairs) << 2);
  const half = i32x4.splat(1 << (WEIGHT_BITS - 1));
  let sum0 = half;
  let sum1 = half;
  let sum2 = half;
  let sum3 = half;
  let at = rows;
  for (let weight = weights; weight < end; weight += 4) {
    const first = v128.load(at);
    const second = v128.load(at + rowSize);
    at += rowSize * 2;
    const pair = v128.load32_splat(weight);
    const low = v128.shuffle<i8>(first, second, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    const high = v128.shuffle<i8>(first, second, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    sum0 = i32x4.add(sum0, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(low), pair));
    sum1 = i32x4.add(sum1, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_u(low), pair));
    sum2 = i32x4.add(sum2, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(high), pair));
    sum3 = i32x4.add(sum3, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_u(high), pair));
  }
  const left = i16x8.narrow_i32x4_s(i32x4.shr_s(sum0, WEIGHT_BITS), i32x4.shr_s(sum1, WEIGHT_BITS));
  const right = i16x8.narrow_i32x4_s(i32x4.shr_s(sum2, WEIGHT_BITS), i32x4.shr_s(sum3, WEIGHT_BITS));
  return i8x16.narrow_i16x8_u(left, right);
}
