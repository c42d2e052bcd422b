import { damagedDicom } from './dicom-error.js';

/** Codes of up to this many bits are found by one look. */
const FAST_BITS = 9;

/** A table of JPEG: from codes of up to 16 bits to categories, the numbers of bits that follow. */
export class HuffmanTable {
  /** For each 9-bit beginning: category × 32 + bits of its code; 0 where the code is longer. */
  readonly #fast = new Uint16Array(1 << FAST_BITS);
  /** For each length of a code: the first code that is too large, shifted to 16 bits, and where its symbols begin. */
  readonly #limits = new Int32Array(18);
  readonly #starts = new Int32Array(18);
  readonly #symbols: Uint8Array;

  /**
   * @param counts - How many codes have 1, 2, … 16 bits.
   * @param symbols - Their categories, in order.
   */
  constructor(counts: Uint8Array, symbols: Uint8Array) {
    this.#symbols = symbols;
    let code = 0;
    let index = 0;
    for (let bits = 1; bits <= 16; bits += 1) {
      const count = counts[bits - 1] ?? 0;
      this.#starts[bits] = index - code;
      for (let i = 0; i < count && bits <= FAST_BITS; i += 1) {
        const entry = (symbols[index + i] as number) * 32 + bits;
        const first = (code + i) << (FAST_BITS - bits);
        this.#fast.fill(entry, first, first + (1 << (FAST_BITS - bits)));
      }
      code += count;
      index += count;
      if (code > 1 << bits) throw damagedDicom('a JPEG table has too many codes');
      this.#limits[bits] = code << (16 - bits);
      code <<= 1;
    }
    // Of lossless JPEG: differences of 0 to 16 bits.
    if (symbols.some((symbol) => symbol > 16)) throw damagedDicom('a JPEG table has an impossible category');
  }

  /**
   * @param next - The next 16 bits of the stream.
   * @returns Category × 32 + bits of its code.
   */
  find(next: number): number {
    const fast = this.#fast[next >> (16 - FAST_BITS)] as number;
    if (fast !== 0) return fast;
    for (let bits = FAST_BITS + 1; bits <= 16; bits += 1) {
      if (next < (this.#limits[bits] as number)) {
        const symbol = this.#symbols[(next >> (16 - bits)) + (this.#starts[bits] as number)] as number;
        return symbol * 32 + bits;
      }
    }
    throw damagedDicom('its JPEG pixels hold an unknown code');
  }
}
