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
