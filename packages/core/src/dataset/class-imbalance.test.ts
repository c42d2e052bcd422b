import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import golden from '../../test/golden/folds.json';
import { goldenLabels } from '../../test/golden-labels.js';
import { keyedRandom } from '../random/keyed-random.js';
import { computeClassWeight, computeSampleWeight } from './class-weight.js';
import { sampleOrder, type Sampler } from './sample-order.js';

describe('class weights', () => {
  it.each(golden.classWeights)('equal scikit-learn’s: $counts', ({ counts, balanced, sampleChecksum, given }) => {
    const labels = goldenLabels(counts);
    expect(computeClassWeight('balanced', [...counts.keys()], labels)).toEqual(balanced);
    const sum = computeSampleWeight('balanced', labels).reduce((total, weight, i) => total + weight * i, 0);
    expect(Math.abs(sum / sampleChecksum - 1)).toBeLessThan(1e-12);
    const weights = new Map([
      [0, 0.5],
      [2, 3],
    ]);
    expect(computeSampleWeight(weights, labels).slice(0, 20)).toEqual(given);
  });

  it('are refused for classes without samples, samples without a class, and weights below 0', () => {
    expect(() => computeClassWeight('balanced', ['a', 'b'], ['a'])).toThrow('class "b" has no sample');
    expect(() => computeClassWeight('balanced', ['a'], ['a', 'b'])).toThrow('labels hold "b", which is no class');
    expect(() => computeClassWeight(new Map([['c', 1]]), ['a'], ['a'])).toThrow('classWeight names "c"');
    expect(() => computeClassWeight(new Map([['a', -1]]), ['a'], ['a'])).toThrow('weight of class "a" is -1');
    expect(computeClassWeight(new Map([['a', 2]]), ['a', 'b'], ['a'])).toEqual([2, 1]);
  });
});

describe('sampleOrder', () => {
  const someLabels = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 80 });
  const countBy = <T>(items: readonly T[]) => {
    const counts = new Map<T, number>();
    for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
    return counts;
  };

  it('shuffles as training without a sampler does', () => {
    const order = sampleOrder(['a', 'b', 'b', 'a', 'b'], { seed: 7 });
    expect(order(3)).toEqual(keyedRandom({ seed: 7, purpose: 'order', epoch: 3 }).permutation(5));
  });

  it('oversamples: every sample stands, every class equally often, none much more often than another of its class', () => {
    fc.assert(
      fc.property(someLabels, fc.nat(100), (labels, epoch) => {
        const order = sampleOrder(labels, { sampler: 'oversample', seed: 1 })(epoch);
        const byClass = [...countBy(order.map((index) => labels[index])).values()];
        expect(new Set(byClass).size).toBe(1);
        expect(byClass[0]).toBe(Math.max(...countBy(labels).values()));
        const times = countBy(order);
        expect(times.size).toBe(labels.length);
        for (const label of new Set(labels)) {
          const often = [...times].filter(([index]) => labels[index] === label).map(([, count]) => count);
          expect(Math.max(...often) - Math.min(...often)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  it('balances every stretch of an epoch, which is as long as there are samples', () => {
    fc.assert(
      fc.property(someLabels, fc.nat(100), (labels, epoch) => {
        const order = sampleOrder(labels, { sampler: 'balanced', seed: 1 })(epoch);
        expect(order).toHaveLength(labels.length);
        const classCount = new Set(labels).size;
        for (let from = 0; from + classCount <= order.length; from += classCount) {
          expect(new Set(order.slice(from, from + classCount).map((index) => labels[index])).size).toBe(classCount);
        }
      }),
    );
  });

  it('depends on seed and epoch alone', () => {
    const labels = Array.from({ length: 50 }, (_, i) => (i % 7 === 0 ? 'rare' : 'common'));
    for (const sampler of ['shuffle', 'oversample', 'balanced'] as const) {
      const order = sampleOrder(labels, { sampler, seed: 1 });
      const later = order(5);
      expect(order(5)).toEqual(later);
      expect(sampleOrder(labels, { sampler, seed: 1 })(5)).toEqual(later);
      expect(order(6)).not.toEqual(later);
      expect(sampleOrder(labels, { sampler, seed: 2 })(5)).not.toEqual(later);
    }
  });

  it('draws from classes of any size', () => {
    // More arguments than a function can be called with.
    const labels = Array.from({ length: 300_000 }, (_, i) => (i % 100 === 0 ? 'rare' : 'common'));
    expect(sampleOrder(labels, { sampler: 'oversample', seed: 1 })(0)).toHaveLength(2 * 297_000);
  });

  it('refuses an unknown sampler', () => {
    expect(() => sampleOrder(['a'], { sampler: 'smote' as Sampler, seed: 1 })).toThrow(
      /unknown sampler "smote"; there are "shuffle"/,
    );
  });
});
