import { describe, expect, it } from 'vitest';
import golden from '../../test/golden/splits.json';
import { checksum } from '../../test/checksum.js';
import { goldenLabels } from '../../test/golden-labels.js';
import { trainTestSplit } from './train-test-split.js';

const classCounts: Record<string, number[]> = golden.classCounts;

describe('trainTestSplit against scikit-learn', () => {
  it('builds the same labels as the oracle', () => {
    for (const [name, crc] of Object.entries(golden.labels)) {
      expect(checksum(goldenLabels(classCounts[name]!))).toBe(crc);
    }
  });

  it.each(golden.cases)(
    'gives the same indices in the same order for seeds 0–99: $counts, test $test_size, stratified $stratified',
    (testCase) => {
      const labels = goldenLabels(classCounts[testCase.counts]!);
      const divide = (seed: number) =>
        trainTestSplit(labels.length, {
          testSize: testCase.test_size,
          trainSize: testCase.train_size,
          stratify: testCase.stratified ? labels : undefined,
          seed,
        });
      if (testCase.crcs === null) {
        expect(() => divide(0)).toThrow(RangeError);
        return;
      }
      for (const [seed, expected] of testCase.crcs.entries()) {
        const { train, test } = divide(seed);
        expect([checksum(train), checksum(test)], `seed ${seed}`).toEqual(expected);
      }
    },
  );

  it.each(golden.full)('lists the same indices for $counts with seed $seed', ({ counts, seed, train, test }) => {
    const labels = goldenLabels(counts);
    expect(trainTestSplit(labels.length, { testSize: 0.2, stratify: labels, seed })).toEqual({ train, test });
  });
});

describe('trainTestSplit', () => {
  it('splits items as it splits their indices, and takes counts as well as fractions', () => {
    const items = [...'abcdefghij'];
    const byIndex = trainTestSplit(10, { testSize: 3, seed: 1 });
    const byItem = trainTestSplit(items, { testSize: 0.3, seed: 1 });
    expect(byItem.test).toEqual(byIndex.test.map((i) => items[i]));
    expect(byItem.train).toEqual(byIndex.train.map((i) => items[i]));
  });

  it('sets a quarter aside when no size is given, and what trainSize leaves when only that is', () => {
    expect(trainTestSplit(10, { seed: 0 }).test).toHaveLength(3);
    expect(trainTestSplit(10, { trainSize: 4, seed: 0 }).test).toHaveLength(6);
  });

  it('keeps the order without shuffling', () => {
    expect(trainTestSplit(5, { testSize: 2, seed: 0, shuffle: false })).toEqual({ train: [0, 1, 2], test: [3, 4] });
    const stratify = ['a', 'a', 'b', 'b', 'b'];
    expect(() => trainTestSplit(5, { testSize: 2, seed: 0, shuffle: false, stratify })).toThrow('needs shuffling');
  });

  it('orders text labels by code points, as numpy does', () => {
    // U+FF5E comes before U+1F600 by code points, after it by UTF-16 code units.
    const text = ['\u{1F600}', '\uFF5E', '\u{1F600}', '\uFF5E', '\u{1F600}', '\uFF5E', '\u{1F600}', '\uFF5E'];
    const numbers = text.map((label) => (label === '\uFF5E' ? 0 : 1));
    for (let seed = 0; seed < 5; seed += 1) {
      const options = { testSize: 0.25, seed };
      expect(trainTestSplit(8, { ...options, stratify: text })).toEqual(
        trainTestSplit(8, { ...options, stratify: numbers }),
      );
    }
  });

  it('names the class that is too small to stratify', () => {
    const stratify = ['covid', 'covid', 'normal', 'covid', 'covid'];
    expect(() => trainTestSplit(5, { testSize: 2, seed: 0, stratify })).toThrow(/class "normal" has only 1 sample/);
  });

  it('refuses a side that cannot hold each class', () => {
    const stratify = [0, 0, 1, 1, 2, 2, 3, 3];
    expect(() => trainTestSplit(8, { testSize: 2, seed: 0, stratify })).toThrow(/2 test samples.*4 classes/);
    expect(() => trainTestSplit(8, { trainSize: 2, seed: 0, stratify })).toThrow(/2 train samples.*4 classes/);
  });

  it.each([
    [{ testSize: 0 }, 'testSize is 0'],
    [{ testSize: -0.2 }, 'testSize is -0.2'],
    [{ testSize: 1.5 }, 'testSize is 1.5'],
    [{ testSize: 10 }, 'testSize is 10'],
    [{ testSize: Number.NaN }, 'testSize is NaN'],
    [{ trainSize: 0 }, 'trainSize is 0'],
    [{ testSize: 0.6, trainSize: 0.6 }, 'add up to more than 1'],
    [{ testSize: 6, trainSize: 6 }, 'more than the 10'],
    [{ testSize: 0.95 }, 'no train samples'],
    [{ testSize: 2, seed: -1 }, 'seed is -1'],
    [{ testSize: 2, stratify: [1, 2] }, 'stratify has 2 labels for 10 items'],
  ])('refuses %o', (options, message) => {
    expect(() => trainTestSplit(10, { seed: 0, ...options })).toThrow(message);
    expect(() => trainTestSplit(10, { seed: 0, ...options })).toThrow(RangeError);
  });

  it('refuses to split nothing, or half an item', () => {
    expect(() => trainTestSplit([], { testSize: 0.2, seed: 0 })).toThrow(RangeError);
    expect(() => trainTestSplit(2.5, { testSize: 0.2, seed: 0 })).toThrow(RangeError);
  });
});
