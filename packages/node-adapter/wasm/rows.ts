import { chromaAcross, chromaDown, height, planeOf, strideOf, width } from './jpeg';
import { allocate } from './memory';

// One row of an image as RGBX, 4 bytes a pixel, made when it is asked for: of a JPEG's planes (with colour), or of RGB pixels.

let pixels: usize = 0;
let pixelWidth: i32 = 0;
let cb: usize = 0;
let cr: usize = 0;
let sums: usize = 0;

/** Rows come from the planes that were decoded last. */
export function takeRowsFromPlanes(): void {
  pixels = 0;
  const samples = <usize>width + 64;
  cb = allocate(samples);
  cr = allocate(samples);
  sums = allocate(samples * 2);
}

/** Rows come from RGB pixels, `width · height · 3` bytes. */
export function takeRowsFromPixels(place: usize, columns: i32): void {
  pixels = place;
  pixelWidth = columns;
}

/** Writes row `y`, and up to 16 bytes beyond its end. */
export function writeRow(y: i32, target: usize): void {
  if (pixels !== 0) spreadPixels(pixels + <usize>y * pixelWidth * 3, target);
  else writeColourRow(y, target);
}

function spreadPixels(source: usize, target: usize): void {
  for (let x: i32 = 0; x < pixelWidth; x += 4) {
    const rgb = v128.load(source + <usize>x * 3);
    v128.store(
      target + ((<usize>x) << 2),
      i8x16.swizzle(rgb, i8x16(0, 1, 2, -1, 3, 4, 5, -1, 6, 7, 8, -1, 9, 10, 11, -1)),
    );
  }
}

function writeColourRow(y: i32, target: usize): void {
  const luma = planeOf(0) + <usize>y * strideOf(0);
  let blue = cb;
  let red = cr;
  if (chromaAcross === 1) {
    blue = planeOf(1) + <usize>y * strideOf(1);
    red = planeOf(2) + <usize>y * strideOf(2);
  } else if (chromaDown === 1) {
    widen(planeOf(1) + <usize>y * strideOf(1), cb);
    widen(planeOf(2) + <usize>y * strideOf(2), cr);
  } else {
    widenTwice(1, y, cb);
    widenTwice(2, y, cr);
  }
  for (let x: i32 = 0; x < width; x += 8) convertEight(luma + x, blue + x, red + x, target + ((<usize>x) << 2));
}

/** "Fancy" upsampling of libjpeg (jdsample.c): each new sample is 3/4 the nearer and 1/4 the farther neighbour. */
function widen(source: usize, target: usize): void {
  const samples = (width + 1) >> 1;
  for (let x: i32 = 0; x < samples; x += 8) {
    v128.store(sums + 16 + ((<usize>x) << 1), v128.load_ext<u8>(source + x));
  }
  widenSums(samples, target, 1, 2, 2);
}

/** The same in both directions. */
function widenTwice(index: i32, y: i32, target: usize): void {
  const samples = (width + 1) >> 1;
  const rows = (height + 1) >> 1;
  const row = y >> 1;
  const other = min(max(row + ((y & 1) << 1) - 1, 0), rows - 1);
  const near = planeOf(index) + <usize>row * strideOf(index);
  const far = planeOf(index) + <usize>other * strideOf(index);
  const three = i16x8.splat(3);
  for (let x: i32 = 0; x < samples; x += 8) {
    const sum = i16x8.add(i16x8.mul(v128.load_ext<u8>(near + x), three), v128.load_ext<u8>(far + x));
    v128.store(sums + 16 + ((<usize>x) << 1), sum);
  }
  widenSums(samples, target, 8, 7, 4);
}

function widenSums(samples: i32, target: usize, roundLeft: i16, roundRight: i16, shift: i32): void {
  const first = sums + 16;
  // Beyond the border stands the border's own sample.
  store<u16>(first - 2, load<u16>(first));
  store<u16>(first + ((<usize>samples) << 1), load<u16>(first + ((<usize>samples) << 1) - 2));
  const three = i16x8.splat(3);
  const left = i16x8.splat(roundLeft);
  const right = i16x8.splat(roundRight);
  for (let x: i32 = 0; x < samples; x += 8) {
    const at = first + ((<usize>x) << 1);
    const own = i16x8.mul(v128.load(at), three);
    const even = i16x8.shr_u(i16x8.add(i16x8.add(own, v128.load(at - 2)), left), shift);
    const odd = i16x8.shr_u(i16x8.add(i16x8.add(own, v128.load(at + 2)), right), shift);
    v128.store(target + ((<usize>x) << 1), v128.or(even, i16x8.shl(odd, 8)));
  }
}

/**
 * R = Y + 1.402 Cr, G = Y − 0.344136 Cb − 0.714136 Cr, B = Y + 1.772 Cb, rounded as libjpeg's tables (jdcolor.c). Constants
 * of 16 bits after the point do not fit into 16-bit products, so whole parts are taken out: 1.402 Cr = Cr + 0.402 Cr.
 */
function convertEight(luma: usize, blue: usize, red: usize, target: usize): void {
  const centre = i16x8.splat(128);
  const y = v128.load_ext<u8>(luma);
  const u = i16x8.sub(v128.load_ext<u8>(blue), centre);
  const v = i16x8.sub(v128.load_ext<u8>(red), centre);
  const two = i16x8.splat(2);
  const r = i16x8.add(i16x8.add(y, v), product(v, two, i16x8(26345, 16384, 26345, 16384, 26345, 16384, 26345, 16384)));
  const b = i16x8.add(
    i16x8.add(y, i16x8.add(u, u)),
    product(u, two, i16x8(-14942, 16384, -14942, 16384, -14942, 16384, -14942, 16384)),
  );
  const half = i32x4.splat(32768);
  const weights = i16x8(-22554, 18734, -22554, 18734, -22554, 18734, -22554, 18734);
  const low = i32x4.dot_i16x8_s(v128.shuffle<i16>(u, v, 0, 8, 1, 9, 2, 10, 3, 11), weights);
  const high = i32x4.dot_i16x8_s(v128.shuffle<i16>(u, v, 4, 12, 5, 13, 6, 14, 7, 15), weights);
  const green = i16x8.narrow_i32x4_s(i32x4.shr_s(i32x4.add(low, half), 16), i32x4.shr_s(i32x4.add(high, half), 16));
  const g = i16x8.add(i16x8.sub(y, v), green);
  const rg = i8x16.narrow_i16x8_u(r, g);
  const bx = i8x16.narrow_i16x8_u(b, i16x8.splat(0));
  v128.store(target, v128.shuffle<i8>(rg, bx, 0, 8, 16, 24, 1, 9, 17, 25, 2, 10, 18, 26, 3, 11, 19, 27));
  v128.store(target, v128.shuffle<i8>(rg, bx, 4, 12, 20, 28, 5, 13, 21, 29, 6, 14, 22, 30, 7, 15, 23, 31), 16);
}

/** Sixteen bits after the point, taken off. */
function product(a: v128, b: v128, weights: v128): v128 {
  const low = i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11), weights);
  const high = i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15), weights);
  return i16x8.narrow_i32x4_s(i32x4.shr_s(low, 16), i32x4.shr_s(high, 16));
}
