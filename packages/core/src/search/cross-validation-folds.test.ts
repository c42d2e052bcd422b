import { describe, expect, it } from 'vitest';
import { crossValidationFolds } from './cross-validation-folds.js';

const samples = Array.from({ length: 40 }, (_, i) => ({ id: `${i}`, source: `${i}`, label: i % 2 ? 'a' : 'b' }));
const dataset = { classNames: ['a', 'b'], samples };
const pairs = samples.map((_, i) => `group ${Math.floor(i / 2)}`);

describe('crossValidationFolds', () => {
  it('tests each sample once for each repeat, and keeps groups together, whatever the seed', () => {
    for (const seed of [0, 42, 2 ** 32 - 1]) {
      const folds = crossValidationFolds(dataset, { groups: pairs, nSplits: 4, nRepeats: 3, seed });
      expect(folds).toHaveLength(12);
      for (const { train, test } of folds) {
        const trained = new Set(train.samples.map(({ id }) => pairs[Number(id)]));
        expect(test.samples.filter(({ id }) => trained.has(pairs[Number(id)]))).toEqual([]);
      }
      for (let repeat = 0; repeat < 3; repeat += 1) {
        const tested = folds.slice(repeat * 4, repeat * 4 + 4).flatMap(({ test }) => test.samples.map(({ id }) => id));
        expect(tested.sort()).toEqual(samples.map(({ id }) => id).sort());
      }
    }
  });

  it('refuses folds of which one trains on no image of a class', () => {
    const groups = samples.map(({ label }, i) => (label === 'a' ? 'all of a' : `${i}`));
    expect(() => crossValidationFolds(dataset, { groups, nSplits: 2, nRepeats: 1, seed: 1 })).toThrow(
      /has no training image of a; use fewer folds/,
    );
  });
});
