import { MersenneTwister } from './mersenne-twister.js';

/**
 * A copy of `items` in the order that Python 3 gives it with `random.seed(seed); random.shuffle(items)`.
 *
 * @param seed - A safe integer; Python takes its absolute value, and so does this.
 * @throws RangeError for another seed, or for more than 2^32 − 1 items.
 * @see CPython `Lib/random.py` (oracle: oracles/splits.py)
 * @example `pythonShuffle([0, 1, 2, 3], 42) // [2, 1, 3, 0]`
 */
export function pythonShuffle<T>(items: readonly T[], seed: number): T[] {
  if (!Number.isSafeInteger(seed)) throw new RangeError(`seed is ${seed}; pass a safe integer`);
  if (items.length > 0xffffffff) throw new RangeError(`cannot shuffle ${items.length} items; at most 4294967295`);
  const generator = MersenneTwister.fromWords(seedWords(Math.abs(seed)));
  const shuffled = [...items];
  for (let i = shuffled.length - 1; i > 0; i -= 1) {
    const j = randomBelow(generator, i + 1);
    const held = shuffled[i] as T;
    shuffled[i] = shuffled[j] as T;
    shuffled[j] = held;
  }
  return shuffled;
}

/** The seed in base 2^32, lowest word first. */
function seedWords(seed: number): number[] {
  const low = seed % 0x1_0000_0000;
  const high = (seed - low) / 0x1_0000_0000;
  return high === 0 ? [low] : [low, high];
}

/** Python draws as many bits as `count` has and rejects what is too large. */
function randomBelow(generator: MersenneTwister, count: number): number {
  const shift = Math.clz32(count);
  let value = generator.uint32() >>> shift;
  while (value >= count) value = generator.uint32() >>> shift;
  return value;
}
