import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import golden from '../../test/golden/weights/weight-formula.json';
import { seededWeights } from './seeded-weights.js';
import { positionHash } from './weight-formula.js';
import { weightsDigest } from './weights-digest.js';

const [initial, everything, largestSeed] = golden.cases;

describe('seededWeights', () => {
  it.each([initial, everything, largestSeed])('draws what Python draws, bit for bit, seed $seed', async (expected) => {
    if (expected === undefined) throw new Error('the golden lacks a case');
    const { seed, draw, values, digest } = expected;
    const weights = seededWeights(golden.layers, { seed, draw: draw as 'initial' | 'everything' });
    const plain = [...weights].map(([layer, tensors]) => [layer, tensors.map(({ data }) => [...data])]);
    expect(Object.fromEntries(plain)).toEqual(values);
    expect(await weightsDigest(weights)).toBe(digest);
  });

  it('hashes positions as Python does', () => {
    const { seed, layer, index, values } = golden.hashes;
    expect(values.map((_, position) => positionHash({ seed, layer, index })(position))).toEqual(values);
  });

  it('draws He-uniform kernels: the bound, the mean and the variance', () => {
    const shape = [3, 3, 64, 64];
    const data = seededWeights([{ name: 'a', weights: [{ name: 'kernel', shape }] }], { seed: 1 }).get('a')?.[0]?.data;
    if (data === undefined) throw new Error('no kernel');
    const limit = Math.sqrt(6 / (3 * 3 * 64));
    const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
    const variance = data.reduce((sum, value) => sum + value * value, 0) / data.length;
    expect(Math.max(...data)).toBeLessThanOrEqual(limit);
    expect(Math.min(...data)).toBeGreaterThanOrEqual(-limit);
    expect(Math.abs(mean)).toBeLessThan((4 * limit) / Math.sqrt(3 * data.length));
    expect(variance / (limit ** 2 / 3)).toBeCloseTo(1, 1);
  });

  it('draws layers, weights and seeds independently of one another', () => {
    const draw = (name: string, seed: number) =>
      seededWeights([{ name, weights: [{ name: 'kernel', shape: [100, 100] }] }], { seed }).get(name)?.[0]?.data ??
      new Float32Array();
    const [a, b, c] = [draw('a', 1), draw('b', 1), draw('a', 2)];
    expect(Math.abs(correlation(a, b))).toBeLessThan(0.05);
    expect(Math.abs(correlation(a, c))).toBeLessThan(0.05);
    expect(Math.abs(correlation(a.subarray(1), a.subarray(0, -1)))).toBeLessThan(0.05);
  });

  it('refuses seeds that are no whole numbers of 0 or more', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.double({ max: -Number.MIN_VALUE }), fc.constantFrom(0.5, Number.NaN, 2 ** 53)),
        (seed) => {
          expect(() => seededWeights([], { seed })).toThrow(RangeError);
        },
      ),
    );
  });

  it('refuses a weight without a known start', () => {
    const layers = [{ name: 'scale', weights: [{ name: 'phase', shape: [3] }] }];
    expect(() => seededWeights(layers, { seed: 1 })).toThrow(/"phase" of layer "scale"/);
  });
});

function correlation(a: Float32Array, b: Float32Array): number {
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < Math.min(a.length, b.length); i += 1) {
    const [x, y] = [a[i] ?? 0, b[i] ?? 0];
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return ab / Math.sqrt(aa * bb);
}
