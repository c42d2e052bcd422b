import { describe, expect, it } from 'vitest';
import golden from '../../test/golden/splits.json';
import { checksum } from '../../test/checksum.js';
import { goldenLabels } from '../../test/golden-labels.js';
import { DatasetError } from '../errors.js';
import type { Dataset } from './dataset.js';
import { splitDataset } from './split-dataset.js';

/** Samples in the oracle's order; ids are their indices. */
function datasetOf(counts: readonly number[]): Dataset {
  return {
    classNames: counts.map((_, label) => `c${label}`),
    samples: goldenLabels(counts).map((label, i) => ({ id: `${i}`, source: `${i}.png`, label: `c${label}` })),
  };
}

const indices = (dataset: Dataset) => dataset.samples.map((sample) => Number(sample.id));

describe('splitDataset', () => {
  it.each(golden.threeWay)(
    'equals two of scikit-learn’s splits, test first: $counts, $test_size and $validation_size',
    ({ counts, test_size: testSize, validation_size: validationSize, crcs }) => {
      const dataset = datasetOf(counts);
      for (const [seed, expected] of crcs.entries()) {
        const { train, validation, test } = splitDataset(dataset, { testSize, validationSize, seed });
        expect([train, validation!, test].map((side) => checksum(indices(side)))).toEqual(expected);
      }
    },
  );

  it('has no validation set unless asked, and leaves the test set as it is when asked', () => {
    const dataset = datasetOf([101, 102, 102]);
    const two = splitDataset(dataset);
    const three = splitDataset(dataset, { validationSize: 0.1 });
    expect(two.validation).toBeUndefined();
    expect([two.train.samples.length, two.test.samples.length]).toEqual([244, 61]);
    expect(three.test).toEqual(two.test);
    expect(three.validation?.samples).toHaveLength(31);
    expect(three.train.samples).toHaveLength(213);
  });

  it('puts every sample on exactly one side, each side with all class names', () => {
    const dataset = datasetOf([20, 10, 33]);
    for (const stratify of [true, false]) {
      const { train, validation, test } = splitDataset(dataset, { validationSize: 9, testSize: 11, stratify, seed: 3 });
      const all = [train, validation!, test].flatMap(indices).sort((a, b) => a - b);
      expect(all).toEqual(Array.from({ length: 63 }, (_, i) => i));
      for (const side of [train, validation!, test]) expect(side.classNames).toEqual(dataset.classNames);
    }
  });

  it('names the class when a stratified split cannot be made', () => {
    const dataset = datasetOf([10, 1, 10]);
    expect(() => splitDataset(dataset)).toThrow(DatasetError);
    expect(() => splitDataset(dataset)).toThrow(/cannot split 21 samples: .*class "c1" has only 1 sample/);
    expect(splitDataset(dataset, { stratify: false }).test.samples).toHaveLength(5);
  });

  it('names the class when what the test set leaves is too little for validation', () => {
    expect(() => splitDataset(datasetOf([2, 20, 20]), { testSize: 0.3, validationSize: 0.3 })).toThrow(/class "c0"/);
  });

  it('refuses sizes and seeds out of range as arguments', () => {
    const dataset = datasetOf([10, 10]);
    for (const size of [0, -1, 1.5, Number.NaN]) {
      expect(() => splitDataset(dataset, { testSize: size })).toThrow(RangeError);
      expect(() => splitDataset(dataset, { validationSize: size })).toThrow(RangeError);
    }
    expect(() => splitDataset(dataset, { seed: 0.5 })).toThrow(RangeError);
    expect(() => splitDataset(dataset, { testSize: 500 })).toThrow(DatasetError);
  });
});
