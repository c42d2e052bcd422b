import { cropHeight, cropWidth, cropX, cropY, out, outHeight, outWidth } from './geometry';
import { planeOf, strideOf } from './jpeg';
import { allocate } from './memory';
import { blendEight, mixSixteen } from './resize';
import { bilinearTaps, tapPairs, tapSize, triangleTaps, WEIGHT_BITS } from './taps';

// What resize.ts does, with the same roundings, for a JPEG without colour: on its one plane, a byte a pixel. Only the result is
// spread over three channels.

function rowOf(y: i32): usize {
  return planeOf(0) + <usize>(cropY + y) * strideOf(0) + cropX;
}

/** Writes 16 pixels, up to 45 bytes beyond the row's end, which the next row writes anew. */
function storeGrey(target: usize, grey: v128): void {
  v128.store(target, i8x16.swizzle(grey, i8x16(0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 5)));
  v128.store(target, i8x16.swizzle(grey, i8x16(5, 5, 6, 6, 6, 7, 7, 7, 8, 8, 8, 9, 9, 9, 10, 10)), 16);
  v128.store(target, i8x16.swizzle(grey, i8x16(10, 11, 11, 11, 12, 12, 12, 13, 13, 13, 14, 14, 14, 15, 15, 15)), 32);
}

function copyGrey(): usize {
  for (let y: i32 = 0; y < outHeight; y++) {
    const row = rowOf(y);
    const target = out + <usize>y * outWidth * 3;
    for (let x: i32 = 0; x < outWidth; x += 16) storeGrey(target + <usize>x * 3, v128.load(row + x));
  }
  return out;
}

export function resizeBilinearGrey(): usize {
  if (cropWidth === outWidth && cropHeight === outHeight) return copyGrey();
  if (cropWidth === outWidth * 2 && cropHeight === outHeight * 2) return halveGrey();
  const columns = bilinearTaps(cropWidth, outWidth, true);
  const rows = bilinearTaps(cropHeight, outHeight, false);
  // Eight columns are blended at once: their weights stand side by side, and a last eight is whole.
  const room = (<usize>outWidth + 8) << 2;
  const offsets = allocate(room);
  const weights = allocate(room);
  memory.fill(offsets, 0, room);
  memory.fill(weights, 0, room);
  for (let x: usize = 0; x < <usize>outWidth; x++) {
    const tap = columns + (x << 3);
    store<i32>(offsets + (x << 2), min(max(load<i32>(tap), 0), cropWidth - 1));
    store<i32>(weights + (x << 2), load<i32>(tap, 4));
  }
  const blended = allocate((<usize>outWidth + 16) << 1);
  const other = allocate((<usize>outWidth + 16) << 1);
  let evenRow: i32 = -1;
  let oddRow: i32 = -1;
  for (let y: i32 = 0; y < outHeight; y++) {
    const tap = rows + ((<usize>y) << 3);
    const index = load<i32>(tap);
    const first = min(max(index, 0), cropHeight - 1);
    const second = min(max(index + 1, 0), cropHeight - 1);
    for (let source = first; source <= second; source++) {
      if (source === evenRow || source === oddRow) continue;
      blendColumns(rowOf(source), offsets, weights, source & 1 ? other : blended);
      if (source & 1) oddRow = source;
      else evenRow = source;
    }
    const top = first & 1 ? other : blended;
    const bottom = second & 1 ? other : blended;
    const upper = i16x8.splat(load<i16>(tap, 4));
    const lower = i16x8.splat(load<i16>(tap, 6));
    const target = out + <usize>y * outWidth * 3;
    for (let x: i32 = 0; x < outWidth; x += 16) {
      const at = (<usize>x) << 1;
      const left = blendEight(v128.load(top + at), v128.load(bottom + at), upper, lower);
      const right = blendEight(v128.load(top + at, 16), v128.load(bottom + at, 16), upper, lower);
      storeGrey(target + <usize>x * 3, i8x16.narrow_i16x8_u(left, right));
    }
  }
  return out;
}

function blendColumns(row: usize, offsets: usize, weights: usize, target: usize): void {
  for (let x: i32 = 0; x < outWidth; x += 8) {
    const at = offsets + ((<usize>x) << 2);
    const weight = weights + ((<usize>x) << 2);
    let pairs = v128.load16_splat(row + load<u32>(at));
    pairs = v128.load16_lane(row + load<u32>(at, 4), pairs, 1);
    pairs = v128.load16_lane(row + load<u32>(at, 8), pairs, 2);
    pairs = v128.load16_lane(row + load<u32>(at, 12), pairs, 3);
    pairs = v128.load16_lane(row + load<u32>(at, 16), pairs, 4);
    pairs = v128.load16_lane(row + load<u32>(at, 20), pairs, 5);
    pairs = v128.load16_lane(row + load<u32>(at, 24), pairs, 6);
    pairs = v128.load16_lane(row + load<u32>(at, 28), pairs, 7);
    const low = i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(pairs), v128.load(weight));
    const high = i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_u(pairs), v128.load(weight, 16));
    v128.store(target + ((<usize>x) << 1), i16x8.narrow_i32x4_s(i32x4.shr_s(low, 4), i32x4.shr_s(high, 4)));
  }
}

function halveGrey(): usize {
  for (let y: i32 = 0; y < outHeight; y++) {
    const top = rowOf(2 * y);
    const bottom = rowOf(2 * y + 1);
    const target = out + <usize>y * outWidth * 3;
    for (let x: i32 = 0; x < outWidth; x += 16) {
      const at = (<usize>x) << 1;
      const left = meanOfFours(top + at, bottom + at);
      const right = meanOfFours(top + at + 16, bottom + at + 16);
      storeGrey(target + <usize>x * 3, i8x16.narrow_i16x8_u(left, right));
    }
  }
  return out;
}

function meanOfFours(top: usize, bottom: usize): v128 {
  const sum = i16x8.add(
    i16x8.extadd_pairwise_i8x16_u(v128.load(top)),
    i16x8.extadd_pairwise_i8x16_u(v128.load(bottom)),
  );
  return i16x8.shr_u(i16x8.add(sum, i16x8.splat(2)), 2);
}

export function resizeAntialiasGrey(): usize {
  if (cropWidth === outWidth && cropHeight === outHeight) return copyGrey();
  // Eight neighbours are weighed at once.
  const columns = triangleTaps(cropWidth, outWidth, 4);
  const columnPairs = tapPairs;
  const rows = triangleTaps(cropHeight, outHeight, 1);
  const rowSize = tapSize;
  // As in resize.ts, each row stands in the ring twice.
  const ringRows = tapPairs * 2;
  const ringRow = <usize>outWidth + 64;
  const ring = allocate(ringRow * ringRows * 2);
  let done: i32 = 0;
  for (let y: i32 = 0; y < outHeight; y++) {
    const tap = rows + rowSize * y;
    const begin = load<i32>(tap);
    const end = min(begin + ringRows, cropHeight);
    for (done = max(done, begin); done < end; done++) {
      const narrowed = ring + ringRow * (done % ringRows);
      narrowRow(rowOf(done), columns, columnPairs, narrowed);
      memory.copy(narrowed + ringRow * ringRows, narrowed, outWidth);
    }
    const first = ring + ringRow * (begin % ringRows);
    const target = out + <usize>y * outWidth * 3;
    for (let x: i32 = 0; x < outWidth; x += 16)
      storeGrey(target + <usize>x * 3, mixSixteen(first + x, ringRow, tap + 8));
  }
  return out;
}

/** Writes up to three bytes beyond the row's end. */
function narrowRow(row: usize, taps: usize, pairCount: i32, target: usize): void {
  const size = 8 + ((<usize>pairCount) << 2);
  const half = i32x4.splat(1 << (WEIGHT_BITS - 1));
  let tap = taps;
  for (let x: i32 = 0; x < outWidth; x += 4) {
    const a = weigh(row, tap, pairCount);
    const b = weigh(row, tap + size, pairCount);
    const c = weigh(row, tap + size * 2, pairCount);
    const d = weigh(row, tap + size * 3, pairCount);
    tap += size * 4;
    const ab = i32x4.add(v128.shuffle<i32>(a, b, 0, 1, 4, 5), v128.shuffle<i32>(a, b, 2, 3, 6, 7));
    const cd = i32x4.add(v128.shuffle<i32>(c, d, 0, 1, 4, 5), v128.shuffle<i32>(c, d, 2, 3, 6, 7));
    const sums = i32x4.add(v128.shuffle<i32>(ab, cd, 0, 2, 4, 6), v128.shuffle<i32>(ab, cd, 1, 3, 5, 7));
    const words = i16x8.narrow_i32x4_s(i32x4.shr_s(i32x4.add(sums, half), WEIGHT_BITS), half);
    v128.store32_lane(target + x, i8x16.narrow_i16x8_u(words, words), 0);
  }
}

/** Four parts of a pixel's sum. */
function weigh(row: usize, tap: usize, pairCount: i32): v128 {
  const pixel = row + load<u32>(tap);
  let sum = i32x4.dot_i16x8_s(v128.load_ext<u8>(pixel), v128.load(tap, 8));
  for (let k: usize = 4; k < <usize>pairCount; k += 4) {
    sum = i32x4.add(sum, i32x4.dot_i16x8_s(v128.load_ext<u8>(pixel + (k << 1)), v128.load(tap + (k << 2), 8)));
  }
  return sum;
}
