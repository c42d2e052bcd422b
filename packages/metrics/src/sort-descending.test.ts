import { describe, expect, it } from 'vitest';
import { randomIntegers } from './random-bits.js';
import { sortDescending } from './sort-descending.js';

const random = randomIntegers(3);
const uniform = () => random(2 ** 32) / 2 ** 32;

/** Kinds of scores that break one shortcut or another. */
const kinds: Readonly<Record<string, (i: number) => number>> = {
  'uniform in 0 to 1': uniform,
  'of both signs': () => uniform() - 0.5,
  'of every magnitude': () => (uniform() - 0.5) * 10 ** (random(600) - 300),
  'all equal': () => 0.25,
  'of five values': () => random(5),
  float32: () => Math.fround(uniform()),
  rising: (i) => i,
  falling: (i) => -i,
  'apart in the last bits only': (i) => 1 + ((i * 7919) % 10_007) * Number.EPSILON,
  'next to 0': () => uniform() * 1e-310,
};

describe.each(Object.entries(kinds))('scores %s', (_, scoreOf) => {
  it.each([1, 100, 4096, 10_000])('%d of them come out from high to low, ties in place', (n) => {
    const scores = Float64Array.from({ length: n }, (__, i) => scoreOf(i));
    const expected = Array.from(scores.keys()).sort((a, b) => (scores[b] as number) - (scores[a] as number));
    expect(Array.from(sortDescending(scores))).toEqual(expected);
  });
});
