const LENGTH = 624;
const MIDDLE = 397;

/**
 * The generator MT19937 with the draws of numpy's `RandomState`, bit for bit: for what must equal scikit-learn's or
 * Python's results. Everything else draws from `keyedRandom`.
 *
 * @see Makoto Matsumoto and Takuji Nishimura, 1998; numpy `random/mtrand.pyx`, legacy methods (oracle: oracles/splits.py)
 * @example `MersenneTwister.fromSeed(42).permutation(5) // [1, 4, 2, 0, 3]`
 */
export class MersenneTwister {
  readonly #state = new Int32Array(LENGTH);
  #position = LENGTH;

  private constructor() {}

  /**
   * Seeds as `numpy.random.RandomState(seed)` does.
   * @throws RangeError if `seed` is no integer from 0 to 2^32 − 1.
   */
  static fromSeed(seed: number): MersenneTwister {
    if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff) {
      throw new RangeError(`seed is ${seed}; pass an integer from 0 to 4294967295`);
    }
    const generator = new MersenneTwister();
    generator.#seed(seed);
    return generator;
  }

  /** Seeds by an array of 32-bit words, as the reference's `init_by_array` does; Python's `random.seed` uses it. */
  static fromWords(words: readonly number[]): MersenneTwister {
    if (words.length === 0) throw new RangeError('no seed words given; pass at least one');
    const generator = new MersenneTwister();
    generator.#seed(19650218);
    const state = generator.#state;
    let i = 1;
    let j = 0;
    for (let k = Math.max(LENGTH, words.length); k > 0; k -= 1) {
      const previous = state[i - 1]!;
      state[i] = (state[i]! ^ Math.imul(previous ^ (previous >>> 30), 1664525)) + words[j]! + j;
      i += 1;
      j += 1;
      if (i >= LENGTH) {
        state[0] = state[LENGTH - 1]!;
        i = 1;
      }
      if (j >= words.length) j = 0;
    }
    for (let k = LENGTH - 1; k > 0; k -= 1) {
      const previous = state[i - 1]!;
      state[i] = (state[i]! ^ Math.imul(previous ^ (previous >>> 30), 1566083941)) - i;
      i += 1;
      if (i >= LENGTH) {
        state[0] = state[LENGTH - 1]!;
        i = 1;
      }
    }
    state[0] = 0x80000000 | 0;
    return generator;
  }

  /** The next 32 bits, as an integer in [0, 2^32). */
  uint32(): number {
    if (this.#position >= LENGTH) this.#refill();
    let y = this.#state[this.#position]!;
    this.#position += 1;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  /** An integer in [0, max], `max` below 2^32: numpy's masked rejection, which takes nothing from the stream for 0. */
  randomInterval(max: number): number {
    if (max === 0) return 0;
    const mask = 0xffffffff >>> Math.clz32(max);
    let value = (this.uint32() & mask) >>> 0;
    while (value > max) value = (this.uint32() & mask) >>> 0;
    return value;
  }

  /** Shuffles in place, as `RandomState.shuffle` does with an array of one axis. */
  shuffle<T>(items: { readonly length: number; [index: number]: T }): void {
    for (let i = items.length - 1; i > 0; i -= 1) {
      const j = this.randomInterval(i);
      const held = items[i] as T;
      items[i] = items[j] as T;
      items[j] = held;
    }
  }

  /** The integers 0 … count − 1 in random order, as `RandomState.permutation(count)`. */
  permutation(count: number): number[] {
    const order = Array.from({ length: count }, (_, index) => index);
    this.shuffle(order);
    return order;
  }

  /** `size` different items, as `RandomState.choice(items, size, replace=False)`. */
  choice<T>(items: readonly T[], size: number): T[] {
    return this.permutation(items.length)
      .slice(0, size)
      .map((index) => items[index] as T);
  }

  #seed(seed: number): void {
    const state = this.#state;
    state[0] = seed | 0;
    for (let i = 1; i < LENGTH; i += 1) {
      const previous = state[i - 1]!;
      state[i] = Math.imul(1812433253, previous ^ (previous >>> 30)) + i;
    }
  }

  #refill(): void {
    const state = this.#state;
    for (let i = 0; i < LENGTH; i += 1) {
      const y = (state[i]! & 0x80000000) | (state[(i + 1) % LENGTH]! & 0x7fffffff);
      state[i] = state[(i + MIDDLE) % LENGTH]! ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    this.#position = 0;
  }
}
