import { allocate } from './memory';

// Which source pixels make an output pixel, and with what weights: along a row, and likewise along a column.

// ──── Bilinear, as OpenCV's resize with INTER_LINEAR ────

// A tap: the offset of the first of two neighbours (4 bytes), then their weights of 11 bits (2 bytes each).
export function bilinearTaps(from: i32, to: i32, joinAtBorder: bool): usize {
  const taps = allocate((<usize>to + 2) << 3);
  // Pixels are blended in pairs: the partner of an odd last one must have taps too.
  memory.fill(taps + ((<usize>to) << 3), 0, 16);
  const scale: f64 = 1 / (<f64>to / <f64>from);
  for (let i: i32 = 0; i < to; i++) {
    const position = <f32>((<f64>i + 0.5) * scale - 0.5);
    const index = <i32>floor<f32>(position);
    let fraction: f32 = position - <f32>index;
    if (joinAtBorder && (index < 0 || index >= from - 1)) fraction = 0;
    const tap = taps + ((<usize>i) << 3);
    store<i32>(tap, index);
    store<i16>(tap, <i16>nearest<f64>(<f64>(<f32>1 - fraction) * 2048), 4);
    store<i16>(tap, <i16>nearest<f64>(<f64>fraction * 2048), 6);
  }
  return taps;
}

// ──── Anti-aliased, as Pillow's resize with BILINEAR: a triangle as wide as the pixels that shrink into one ────

// Pillow's weights have 22 bits; with 14 two products are summed in one step, and a pixel differs by one level at most.
export const WEIGHT_BITS = 14;

// A tap: the first source position (4 bytes, and 4 unused), then the weights (2 bytes each). All taps have as many pairs of
// weights: a loop of one length is predicted, and is faster than a shorter one of two lengths.
export let tapPairs: i32 = 0;
export let tapSize: usize = 0;

/** @param unit - The number of pairs is a multiple of it. */
export function triangleTaps(from: i32, to: i32, unit: i32): usize {
  const scale: f64 = <f64>from / <f64>to;
  const support = max<f64>(scale, 1);
  tapPairs = 0;
  for (let i: i32 = 0; i < to; i++)
    tapPairs = max(tapPairs, (tapEnd(i, scale, support, from) - tapBegin(i, scale, support) + 1) >> 1);
  tapPairs = ((tapPairs + unit - 1) / unit) * unit;
  tapSize = 8 + ((<usize>tapPairs) << 2);
  // Three more, empty: pixels are written in twos or fours, and the last ones must have partners.
  const taps = allocate(tapSize * (to + 3));
  memory.fill(taps, 0, tapSize * (to + 3));
  for (let i: i32 = 0; i < to; i++) {
    const centre = (<f64>i + 0.5) * scale - 0.5;
    const begin = tapBegin(i, scale, support);
    const end = tapEnd(i, scale, support, from);
    let total: f64 = 0;
    for (let x = begin; x < end; x++) total += triangle(<f64>x - centre, support);
    // At the far border taps begin earlier, with weights of 0, rather than reach beyond.
    const first = max(min(begin, from - 2 * tapPairs), 0);
    const tap = taps + tapSize * i;
    store<i32>(tap, first);
    // Sums are rounded, not weights: so all weights together are exactly 1.
    let sum: f64 = 0;
    let given: i32 = 0;
    for (let x = begin; x < end; x++) {
      sum += triangle(<f64>x - centre, support);
      const upTo = <i32>nearest<f64>((sum / total) * <f64>(1 << WEIGHT_BITS));
      store<i16>(tap + ((<usize>(x - first)) << 1), <i16>(upTo - given), 8);
      given = upTo;
    }
  }
  return taps;
}

function tapBegin(i: i32, scale: f64, support: f64): i32 {
  return max(<i32>((<f64>i + 0.5) * scale - support + 0.5), 0);
}

function tapEnd(i: i32, scale: f64, support: f64, from: i32): i32 {
  return min(<i32>((<f64>i + 0.5) * scale + support + 0.5), from);
}

function triangle(distance: f64, support: f64): f64 {
  return max<f64>(1 - abs<f64>(distance) / support, 0);
}
