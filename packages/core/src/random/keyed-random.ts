import { murmurHash128 } from './murmur-hash.js';
import { Xoshiro128 } from './xoshiro128.js';

/**
 * What a random draw belongs to. The same key gives the same numbers on every machine, in any order of arrival, with
 * any number of workers; a key that differs in one field gives unrelated numbers. Fields left undefined do not count.
 */
export interface RandomKey {
  /** The run's one seed: a finite number. */
  readonly seed: number;
  /** What the draws are for, e.g. `augmentation`; keeps the draws of different parts apart. */
  readonly purpose: string;
  /** The epoch, from 0. */
  readonly epoch?: number | undefined;
  /** The sample's id within its data set. */
  readonly sample?: string | undefined;
  /** Anything else that tells draws apart, e.g. `view` or `layer`. */
  readonly [field: string]: string | number | undefined;
}

/** A source of random numbers that belongs to one key. Each call moves it on. */
export interface RandomGenerator {
  /** A number in [0, 1), one of 2^53 equally likely ones. */
  uniform(): number;
  /** A number in [low, high). */
  uniformBetween(low: number, high: number): number;
  /** An integer in [0, count), all equally likely; `count` is at most 2^32. @throws RangeError for another count. */
  integer(count: number): number;
  /** A number from the standard normal distribution (mean 0, standard deviation 1). */
  normal(): number;
  /** The integers 0 … count − 1 in random order. @throws RangeError if `count` is no integer from 0 to 2^32. */
  permutation(count: number): number[];
  /** A copy of `items` in random order. */
  shuffle<T>(items: readonly T[]): T[];
}

/**
 * Makes the generator of one key: MurmurHash3 (128 bits) of the key seeds xoshiro128**.
 *
 * @throws RangeError if a number of the key is not finite.
 * @example `keyedRandom({ seed: 42, purpose: 'augmentation', epoch: 3, sample: 'covid/a.png' }).uniform()`
 */
export function keyedRandom(key: RandomKey): RandomGenerator {
  return new Xoshiro128(murmurHash128(serialiseKey(key)));
}

/** Every value is preceded by its type and length, so that no two keys read alike; field order does not matter. */
function serialiseKey(key: RandomKey): string {
  const parts: string[] = [];
  for (const field of Object.keys(key).sort()) {
    const value = key[field];
    if (value === undefined) continue;
    if (typeof value === 'number' && !Number.isFinite(value)) {
      throw new RangeError(`the random key's ${field} is ${value}; pass a finite number`);
    }
    const type = typeof value === 'number' ? 'n' : 's';
    const text = String(value);
    parts.push(`${field.length}:${field}${type}${text.length}:${text}`);
  }
  return parts.join('');
}
