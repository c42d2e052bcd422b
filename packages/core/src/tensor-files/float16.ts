import { roundHalfEven } from '../round-half-even.js';

/**
 * Widens IEEE half-precision numbers to float32; exact.
 * @param bits - One number in each element.
 * @example `float32FromFloat16(Uint16Array.of(0x3c00, 0xc000)) // [1, -2]`
 */
export function float32FromFloat16(bits: Uint16Array): Float32Array {
  const values = new Float32Array(bits.length);
  const valueBits = new Uint32Array(values.buffer);
  // A plain loop over bits: a network's millions of weights pass here while somebody waits.
  for (let index = 0; index < bits.length; index += 1) {
    const half = bits[index]!;
    const sign = half & 0x8000;
    const magnitude = half & 0x7fff;
    if (magnitude < 0x0400) values[index] = (sign === 0 ? 1 : -1) * magnitude * 2 ** -24;
    else if (magnitude > 0x7c00) values[index] = Number.NaN;
    else valueBits[index] = (sign << 16) | (magnitude === 0x7c00 ? 0x7f800000 : (magnitude << 13) + 0x38000000);
  }
  return values;
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
