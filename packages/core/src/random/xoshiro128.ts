import type { RandomGenerator } from './keyed-random.js';
import type { Hash128 } from './murmur-hash.js';
import { portableLog } from './portable-math.js';

const TWO_32 = 0x1_0000_0000;

/**
 * The generator xoshiro128**: small, fast, and integer operations only, hence the same on every machine.
 * Not for secrets.
 *
 * @see David Blackman and Sebastiano Vigna, "Scrambled linear pseudorandom number generators", 2021
 */
export class Xoshiro128 implements RandomGenerator {
  #a: number;
  #b: number;
  #c: number;
  #d: number;
  #spareNormal: number | undefined;

  /** @param state - Four 32-bit words; all zero stands for one fixed other state, for zeros alone would stay zeros. */
  constructor(state: Hash128) {
    [this.#a, this.#b, this.#c, this.#d] = state;
    if ((this.#a | this.#b | this.#c | this.#d) === 0) this.#a = 1;
  }

  /** An integer in [0, 2^32). */
  uint32(): number {
    const scrambled = Math.imul(this.#b, 5);
    const result = Math.imul((scrambled << 7) | (scrambled >>> 25), 9) >>> 0;
    const shifted = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= shifted;
    this.#d = (this.#d << 11) | (this.#d >>> 21);
    return result;
  }

  uniform(): number {
    const high = this.uint32() >>> 5;
    const low = this.uint32() >>> 6;
    return (high * 0x400_0000 + low) / 0x20_0000_0000_0000;
  }

  uniformBetween(low: number, high: number): number {
    return low + (high - low) * this.uniform();
  }

  integer(count: number): number {
    if (!Number.isInteger(count) || count < 1 || count > TWO_32) {
      throw new RangeError(`cannot draw below ${count}; pass an integer from 1 to ${TWO_32}`);
    }
    // Values in the last, incomplete run of `count` would favour small results: draw again.
    const limit = TWO_32 - (TWO_32 % count);
    let value = this.uint32();
    while (value >= limit) value = this.uint32();
    return value % count;
  }

  normal(): number {
    if (this.#spareNormal !== undefined) {
      const spare = this.#spareNormal;
      this.#spareNormal = undefined;
      return spare;
    }
    // Marsaglia's polar method.
    for (;;) {
      const x = 2 * this.uniform() - 1;
      const y = 2 * this.uniform() - 1;
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const factor = Math.sqrt((-2 * portableLog(square)) / square);
      this.#spareNormal = y * factor;
      return x * factor;
    }
  }

  permutation(count: number): number[] {
    if (!Number.isInteger(count) || count < 0 || count > TWO_32) {
      throw new RangeError(`cannot permute ${count} items; pass an integer from 0 to ${TWO_32}`);
    }
    return this.shuffle(Array.from({ length: count }, (_, index) => index));
  }

  shuffle<T>(items: readonly T[]): T[] {
    const shuffled = [...items];
    for (let i = shuffled.length - 1; i > 0; i -= 1) {
      const j = this.integer(i + 1);
      const held = shuffled[i] as T;
      shuffled[i] = shuffled[j] as T;
      shuffled[j] = held;
    }
    return shuffled;
  }
}
