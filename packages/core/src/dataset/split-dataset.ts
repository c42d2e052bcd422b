import { DatasetError, reasonOf } from '../errors.js';
import type { Dataset, Sample } from './dataset.js';
import { trainTestSplit } from './train-test-split.js';

/** How {@link splitDataset} divides. */
export interface SplitDatasetOptions {
  /** A fraction of the whole set in (0, 1), rounded up to whole samples, or a count. Default 0.2. */
  readonly testSize?: number | undefined;
  /** The same for validation, taken from what the test side leaves. Default: no validation set. */
  readonly validationSize?: number | undefined;
  /** Whether every side holds the classes in the whole's proportions. Default `true`. */
  readonly stratify?: boolean | undefined;
  /** An integer from 0 to 2^32 − 1. Default 42. */
  readonly seed?: number | undefined;
}

/** The sides of a split; no sample stands on two of them, and together they are the whole set. */
export interface DatasetSplit {
  readonly train: Dataset;
  /** Undefined unless a `validationSize` was given. */
  readonly validation: Dataset | undefined;
  readonly test: Dataset;
}

/**
 * Divides a data set into train, validation and test sets, each with the whole set's `classNames`.
 *
 * The test set is the one that scikit-learn's `train_test_split` takes from the whole set. The validation set,
 * `ceil(validationSize · n)` samples with n of the whole set, is taken from the remainder by a second such split with
 * the same seed.
 *
 * @throws DatasetError if the data set is too small for such a split; the message names the class at fault.
 * @throws RangeError for a size or seed out of range.
 * @see scikit-learn `train_test_split` (oracle: oracles/splits.py)
 * @example `const { train, validation, test } = splitDataset(dataset, { testSize: 0.2, validationSize: 0.1, seed: 42 });`
 */
export function splitDataset(dataset: Dataset, options: SplitDatasetOptions = {}): DatasetSplit {
  const { testSize = 0.2, validationSize, stratify = true, seed = 42 } = options;
  const { classNames, samples } = dataset;
  requireSize('testSize', testSize);
  const whole = divide(samples, { size: testSize, stratify, seed });
  const test = { classNames, samples: whole.test };
  if (validationSize === undefined) return { train: { classNames, samples: whole.train }, validation: undefined, test };

  requireSize('validationSize', validationSize);
  const validationCount = validationSize < 1 ? Math.ceil(validationSize * samples.length) : validationSize;
  const rest = divide(whole.train, { size: validationCount, stratify, seed });
  return {
    train: { classNames, samples: rest.train },
    validation: { classNames, samples: rest.test },
    test,
  };
}

function requireSize(name: string, size: number): void {
  if (size > 0 && (size < 1 || Number.isSafeInteger(size))) return;
  throw new RangeError(`${name} is ${size}; pass a fraction between 0 and 1, or a count of samples`);
}

interface DivideOptions {
  readonly size: number;
  readonly stratify: boolean;
  readonly seed: number;
}

function divide(samples: readonly Sample[], options: DivideOptions): { train: Sample[]; test: Sample[] } {
  const { size, stratify, seed } = options;
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff) {
    throw new RangeError(`seed is ${seed}; pass an integer from 0 to 4294967295`);
  }
  try {
    return trainTestSplit(samples, {
      testSize: size,
      seed,
      stratify: stratify ? samples.map((sample) => sample.label) : undefined,
    });
  } catch (error) {
    // Size and seed are sound by themselves: it is the data set that does not allow this split.
    const reason = reasonOf(error);
    throw new DatasetError(`cannot split ${samples.length} samples: ${reason}`, { cause: error });
  }
}
