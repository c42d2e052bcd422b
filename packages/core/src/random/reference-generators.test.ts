import { describe, expect, it } from 'vitest';
import golden from '../../test/golden/random.json';
import { checksum } from '../../test/checksum.js';
import { MersenneTwister } from './mersenne-twister.js';
import { murmurHash128 } from './murmur-hash.js';
import { portableCos, portableLog, portableSin } from './portable-math.js';
import { pythonShuffle } from './python-shuffle.js';

const range = (count: number) => Array.from({ length: count }, (_, index) => index);

describe('murmurHash128', () => {
  it.each(golden.murmur)('equals the reference for $text', ({ text, words }) => {
    expect(murmurHash128(text)).toEqual(words);
  });
});

describe('MersenneTwister', () => {
  it.each(golden.numpy)('draws as numpy RandomState($seed)', ({ seed, words, permutation, choice, crc }) => {
    const raw = MersenneTwister.fromSeed(seed);
    expect(
      range(700)
        .map(() => raw.uint32())
        .slice(-5),
    ).toEqual(words);
    const generator = MersenneTwister.fromSeed(seed);
    expect(generator.permutation(20)).toEqual(permutation);
    expect(
      generator.choice(
        range(10).map((i) => i + 10),
        4,
      ),
    ).toEqual(choice);
    expect(checksum(generator.permutation(2000))).toBe(crc);
  });

  it('refuses a seed that numpy refuses', () => {
    for (const seed of [-1, 2 ** 32, 1.5, Number.NaN]) expect(() => MersenneTwister.fromSeed(seed)).toThrow(RangeError);
  });
});

describe('pythonShuffle', () => {
  it.each(golden.python)('equals Python for seed $seed and $count items', ({ seed, count, crc, first }) => {
    const shuffled = pythonShuffle(range(count), seed);
    expect(shuffled.slice(0, 10)).toEqual(first);
    expect(checksum(shuffled)).toBe(crc);
  });

  it('leaves its argument alone and refuses a seed that is no safe integer', () => {
    const items = ['a', 'b', 'c'];
    pythonShuffle(items, 1);
    expect(items).toEqual(['a', 'b', 'c']);
    expect(() => pythonShuffle(items, 0.5)).toThrow(RangeError);
  });
});

describe('portable mathematics', () => {
  const inputs = range(4001).map((i) => (i - 2000) / 37.3);

  it('agrees with Math to about the last bit', () => {
    for (const x of inputs) {
      expect(Math.abs(portableSin(x) - Math.sin(x))).toBeLessThan(1e-15);
      expect(Math.abs(portableCos(x) - Math.cos(x))).toBeLessThan(1e-15);
      if (x > 0)
        expect(Math.abs(portableLog(x) - Math.log(x))).toBeLessThan(1e-15 * Math.max(1, Math.abs(Math.log(x))));
    }
    for (const x of [1e-300, 1e-10, 0.5, 1, 2, 1e10, 1e300]) {
      expect(Math.abs(portableLog(x) - Math.log(x))).toBeLessThan(2e-15 * Math.max(1, Math.abs(Math.log(x))));
    }
  });

  it('has no surprise at the edges', () => {
    expect(portableLog(1)).toBe(0);
    expect(portableSin(0)).toBe(0);
    expect(portableCos(0)).toBe(1);
    expect(portableLog(0)).toBeNaN();
  });
});
