import { describe, expect, it } from 'vitest';
import { keyedRandom } from './keyed-random.js';
import { Xoshiro128 } from './xoshiro128.js';

describe('keyedRandom', () => {
  const key = { seed: 42, purpose: 'augmentation', epoch: 1, sample: 'covid/a.png' };

  it('gives the same numbers for the same key, whatever the order of its fields', () => {
    const again = { sample: 'covid/a.png', epoch: 1, purpose: 'augmentation', seed: 42, view: undefined };
    const first = keyedRandom(key);
    const second = keyedRandom(again);
    for (let i = 0; i < 10; i += 1) expect(second.uniform()).toBe(first.uniform());
  });

  it('gives other numbers when one field differs, also where fields would read alike side by side', () => {
    const keys = [
      key,
      { ...key, seed: 43 },
      { ...key, seed: 42.5 },
      { ...key, seed: -42 },
      { ...key, purpose: 'dropout' },
      { ...key, epoch: 11 },
      { ...key, view: 1 },
      { ...key, sample: 'covid/a.pn' },
      { ...key, sample: '1' },
      { ...key, sample: undefined },
      { seed: 1, purpose: 'a', sample: 'b' },
      { seed: 1, purpose: 'as1:b' },
      { seed: 1, purpose: 'a', x: 1 },
      { seed: 1, purpose: 'a', x: '1' },
      { seed: 1, purpose: 'a6:samples1:b' },
    ];
    const draws = new Set(keys.map((each) => keyedRandom(each).uniform()));
    expect(draws.size).toBe(keys.length);
  });

  it('refuses a number that is not finite', () => {
    expect(() => keyedRandom({ ...key, seed: Number.NaN })).toThrow(RangeError);
    expect(() => keyedRandom({ ...key, epoch: Infinity })).toThrow('epoch');
  });

  it('draws uniform numbers with the right moments, across neighbouring keys too', () => {
    const count = 20_000;
    const draws = Array.from({ length: count }, (_, sample) =>
      keyedRandom({ seed: 0, purpose: 'p', sample: `${sample}` }).uniform(),
    );
    const mean = draws.reduce((sum, value) => sum + value, 0) / count;
    const variance = draws.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count;
    // Five standard errors.
    expect(Math.abs(mean - 0.5)).toBeLessThan(5 * Math.sqrt(1 / 12 / count));
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(5 * Math.sqrt(1 / 180 / count));
    expect(Math.min(...draws)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...draws)).toBeLessThan(1);
  });

  it('draws normal numbers with mean 0, variance 1 and kurtosis 3', () => {
    const random = keyedRandom({ seed: 7, purpose: 'normal' });
    const count = 50_000;
    const draws = Array.from({ length: count }, () => random.normal());
    const moment = (power: number) => draws.reduce((sum, value) => sum + value ** power, 0) / count;
    expect(Math.abs(moment(1))).toBeLessThan(5 / Math.sqrt(count));
    expect(Math.abs(moment(2) - 1)).toBeLessThan(5 * Math.sqrt(2 / count));
    expect(Math.abs(moment(4) - 3)).toBeLessThan(5 * Math.sqrt(96 / count));
  });

  it('draws integers that are all equally likely, and refuses an impossible range', () => {
    const random = keyedRandom({ seed: 7, purpose: 'integers' });
    const counts = [0, 0, 0, 0, 0];
    for (let i = 0; i < 10_000; i += 1) counts[random.integer(5)]! += 1;
    for (const count of counts) expect(Math.abs(count - 2000)).toBeLessThan(5 * Math.sqrt(1600));
    expect(random.integer(1)).toBe(0);
    expect(random.integer(2 ** 32)).toBeLessThan(2 ** 32);
    for (const bad of [0, -1, 1.5, 2 ** 32 + 1]) expect(() => random.integer(bad)).toThrow(RangeError);
  });

  it('shuffles a copy and permutes without loss', () => {
    const items = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    const random = keyedRandom({ seed: 7, purpose: 'shuffle' });
    const shuffled = random.shuffle(items);
    expect(shuffled).not.toEqual(items);
    expect([...shuffled].sort()).toEqual(items);
    expect(items[0]).toBe('a');
    expect(random.permutation(100).sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
    expect(random.permutation(0)).toEqual([]);
    expect(() => random.permutation(-1)).toThrow(RangeError);
  });

  it('keeps to the bounds of uniformBetween', () => {
    const random = keyedRandom({ seed: 7, purpose: 'between' });
    for (let i = 0; i < 1000; i += 1) {
      const value = random.uniformBetween(-15, 15);
      expect(value >= -15 && value < 15).toBe(true);
    }
  });
});

describe('Xoshiro128', () => {
  it('gives the published numbers of xoshiro128** for the state 1, 2, 3, 4', () => {
    const generator = new Xoshiro128([1, 2, 3, 4]);
    const expected = [
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ];
    expect(expected.map(() => generator.uint32())).toEqual(expected);
  });

  it('does not stay at zero when seeded with zeros', () => {
    const generator = new Xoshiro128([0, 0, 0, 0]);
    expect(Array.from({ length: 20 }, () => generator.uint32()).some((value) => value !== 0)).toBe(true);
  });
});
