import { BLOCK } from './memory';

// The "slow" integer transform of libjpeg (jidctint.c), to the bit: Loeffler, Ligtenberg and Moschytz with 11 multiplications,
// 13-bit constants, columns first, two more bits kept between the passes.

const PASS1_SHIFT = 11;
const PASS2_SHIFT = 18;

/** Transforms {@link BLOCK} and writes 8×8 samples; the block is left empty. */
export function inverseTransform(target: usize, stride: usize): void {
  transformColumns(PASS1_SHIFT);
  transpose();
  transformColumns(PASS2_SHIFT);
  storeSamples(target, stride);
  const zero = i64x2.splat(0);
  v128.store(BLOCK, zero);
  v128.store(BLOCK, zero, 16);
  v128.store(BLOCK, zero, 32);
  v128.store(BLOCK, zero, 48);
  v128.store(BLOCK, zero, 64);
  v128.store(BLOCK, zero, 80);
  v128.store(BLOCK, zero, 96);
  v128.store(BLOCK, zero, 112);
}

/** Whether a block that has nothing but this coefficient is the middle level everywhere. */
export function isNeutral(coefficient: i32): bool {
  return (coefficient * 4 + 16) >> 5 === 0;
}

/** The same for a block that has nothing but its first coefficient. */
export function fillBlock(target: usize, stride: usize, coefficient: i32): void {
  const level = min(max(((coefficient * 4 + 16) >> 5) + 128, 0), 255);
  const row = i8x16.splat(<i8>level);
  for (let y: usize = 0; y < 8; y++) v128.store64_lane(target + y * stride, row, 0);
}

function low(a: v128, b: v128): v128 {
  return v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
}

function high(a: v128, b: v128): v128 {
  return v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
}

/** One-dimensional transforms down the eight columns of the block. */
function transformColumns(shift: i32): void {
  const r0 = v128.load(BLOCK);
  const r1 = v128.load(BLOCK, 16);
  const r2 = v128.load(BLOCK, 32);
  const r3 = v128.load(BLOCK, 48);
  const r4 = v128.load(BLOCK, 64);
  const r5 = v128.load(BLOCK, 80);
  const r6 = v128.load(BLOCK, 96);
  const r7 = v128.load(BLOCK, 112);
  const z3 = i16x8.add(r3, r7);
  const z4 = i16x8.add(r1, r5);
  const sum = i16x8.add(r0, r4);
  const difference = i16x8.sub(r0, r4);
  transformFour(
    BLOCK,
    i32x4.extend_low_i16x8_s(sum),
    i32x4.extend_low_i16x8_s(difference),
    low(r2, r6),
    low(r7, r1),
    low(r5, r3),
    low(z3, z4),
    shift,
  );
  transformFour(
    BLOCK + 8,
    i32x4.extend_high_i16x8_s(sum),
    i32x4.extend_high_i16x8_s(difference),
    high(r2, r6),
    high(r7, r1),
    high(r5, r3),
    high(z3, z4),
    shift,
  );
}

/**
 * Four columns. Each pair of 16-bit inputs is multiplied by two constants and summed in one step, so that a constant here is
 * one of libjpeg's or the sum of two: 0.541196100 + 0.765366865 = 10703 / 8192, and so on.
 */
function transformFour(
  target: usize,
  sum: v128,
  difference: v128,
  r26: v128,
  r71: v128,
  r53: v128,
  z34: v128,
  shift: i32,
): void {
  const round = i32x4.splat(1 << (shift - 1));
  const even3 = i32x4.dot_i16x8_s(r26, i16x8(10703, 4433, 10703, 4433, 10703, 4433, 10703, 4433));
  const even2 = i32x4.dot_i16x8_s(r26, i16x8(4433, -10704, 4433, -10704, 4433, -10704, 4433, -10704));
  const even0 = i32x4.add(i32x4.shl(sum, 13), round);
  const even1 = i32x4.add(i32x4.shl(difference, 13), round);
  const t10 = i32x4.add(even0, even3);
  const t13 = i32x4.sub(even0, even3);
  const t11 = i32x4.add(even1, even2);
  const t12 = i32x4.sub(even1, even2);
  const z3 = i32x4.dot_i16x8_s(z34, i16x8(-6436, 9633, -6436, 9633, -6436, 9633, -6436, 9633));
  const z4 = i32x4.dot_i16x8_s(z34, i16x8(9633, 6437, 9633, 6437, 9633, 6437, 9633, 6437));
  const t0 = i32x4.add(i32x4.dot_i16x8_s(r71, i16x8(-4927, -7373, -4927, -7373, -4927, -7373, -4927, -7373)), z3);
  const t3 = i32x4.add(i32x4.dot_i16x8_s(r71, i16x8(-7373, 4926, -7373, 4926, -7373, 4926, -7373, 4926)), z4);
  const t1 = i32x4.add(i32x4.dot_i16x8_s(r53, i16x8(-4176, -20995, -4176, -20995, -4176, -20995, -4176, -20995)), z4);
  const t2 = i32x4.add(i32x4.dot_i16x8_s(r53, i16x8(-20995, 4177, -20995, 4177, -20995, 4177, -20995, 4177)), z3);
  storeFour(target, i32x4.shr_s(i32x4.add(t10, t3), shift));
  storeFour(target + 16, i32x4.shr_s(i32x4.add(t11, t2), shift));
  storeFour(target + 32, i32x4.shr_s(i32x4.add(t12, t1), shift));
  storeFour(target + 48, i32x4.shr_s(i32x4.add(t13, t0), shift));
  storeFour(target + 64, i32x4.shr_s(i32x4.sub(t13, t0), shift));
  storeFour(target + 80, i32x4.shr_s(i32x4.sub(t12, t1), shift));
  storeFour(target + 96, i32x4.shr_s(i32x4.sub(t11, t2), shift));
  storeFour(target + 112, i32x4.shr_s(i32x4.sub(t10, t3), shift));
}

function storeFour(target: usize, values: v128): void {
  v128.store64_lane(target, i16x8.narrow_i32x4_s(values, values), 0);
}

function transpose(): void {
  const r0 = v128.load(BLOCK);
  const r1 = v128.load(BLOCK, 16);
  const r2 = v128.load(BLOCK, 32);
  const r3 = v128.load(BLOCK, 48);
  const r4 = v128.load(BLOCK, 64);
  const r5 = v128.load(BLOCK, 80);
  const r6 = v128.load(BLOCK, 96);
  const r7 = v128.load(BLOCK, 112);
  transposeHalf(BLOCK, low(r0, r4), low(r1, r5), low(r2, r6), low(r3, r7));
  transposeHalf(BLOCK + 64, high(r0, r4), high(r1, r5), high(r2, r6), high(r3, r7));
}

/** Interleaving thrice transposes: rows 0 and 4, 1 and 5, … have been interleaved once already. */
function transposeHalf(target: usize, r04: v128, r15: v128, r26: v128, r37: v128): void {
  const even0 = low(r04, r26);
  const even1 = high(r04, r26);
  const odd0 = low(r15, r37);
  const odd1 = high(r15, r37);
  v128.store(target, low(even0, odd0));
  v128.store(target, high(even0, odd0), 16);
  v128.store(target, low(even1, odd1), 32);
  v128.store(target, high(even1, odd1), 48);
}

/** The block holds columns of samples around 0: clamps them to bytes around 128, transposes, and writes rows. */
function storeSamples(target: usize, stride: usize): void {
  // Columns 0 and 4, 1 and 5, …, so that three interleavings give rows.
  const c04 = interleaveHalves(v128.load(BLOCK), v128.load(BLOCK, 64));
  const c15 = interleaveHalves(v128.load(BLOCK, 16), v128.load(BLOCK, 80));
  const c26 = interleaveHalves(v128.load(BLOCK, 32), v128.load(BLOCK, 96));
  const c37 = interleaveHalves(v128.load(BLOCK, 48), v128.load(BLOCK, 112));
  const even0 = lowBytes(c04, c26);
  const even1 = highBytes(c04, c26);
  const odd0 = lowBytes(c15, c37);
  const odd1 = highBytes(c15, c37);
  storeTwoRows(target, stride, lowBytes(even0, odd0));
  storeTwoRows(target + 2 * stride, stride, highBytes(even0, odd0));
  storeTwoRows(target + 4 * stride, stride, lowBytes(even1, odd1));
  storeTwoRows(target + 6 * stride, stride, highBytes(even1, odd1));
}

function interleaveHalves(a: v128, b: v128): v128 {
  const bytes = i8x16.narrow_i16x8_s(a, b);
  return v128.shuffle<i8>(bytes, bytes, 0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15);
}

function lowBytes(a: v128, b: v128): v128 {
  return v128.shuffle<i8>(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}

function highBytes(a: v128, b: v128): v128 {
  return v128.shuffle<i8>(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
}

function storeTwoRows(target: usize, stride: usize, rows: v128): void {
  const samples = v128.xor(rows, i8x16.splat(-128));
  v128.store64_lane(target, samples, 0);
  v128.store64_lane(target + stride, samples, 1);
}
