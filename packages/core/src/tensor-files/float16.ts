import { roundHalfEven } from '../round-half-even.js';

/**
 * Widens IEEE half-precision numbers to float32; exact.
 * @param bits - One number in each element.
 * @example `float32FromFloat16(Uint16Array.of(0x3c00, 0xc000)) // [1, -2]`
 */
export function float32FromFloat16(bits: Uint16Array): Float32Array {
  return Float32Array.from(bits, (half) => {
    const sign = half & 0x8000 ? -1 : 1;
    const exponent = (half >>> 10) & 0x1f;
    const fraction = half & 0x3ff;
    if (exponent === 0) return sign * fraction * 2 ** -24;
    if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : Number.NaN;
    return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  });
}

const single = new Float32Array(1);
const singleBits = new Uint32Array(single.buffer);

/**
 * Rounds float32 numbers to the nearest IEEE half-precision number, ties to even. Beyond ±65,504 is infinity.
 * @returns The bits of one number in each element.
 * @example `float16FromFloat32(Float32Array.of(1, -2)) // [0x3c00, 0xc000]`
 */
export function float16FromFloat32(values: Float32Array): Uint16Array {
  return Uint16Array.from(values, (value) => {
    single[0] = value;
    const bits = singleBits[0] as number;
    const sign = (bits >>> 16) & 0x8000;
    const magnitude = bits & 0x7fffffff;
    if (magnitude > 0x7f800000) return sign | 0x7e00;
    if (magnitude >= 0x477ff000) return sign | 0x7c00;
    // Below the least normal number steps are all of one size, 2⁻²⁴.
    if (magnitude < 0x38800000) return sign | roundHalfEven(Math.abs(value) * 2 ** 24);
    return sign | ((magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1)) >>> 13);
  });
}
