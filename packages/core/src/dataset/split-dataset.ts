import { DatasetError, reasonOf } from '../errors.js';
import type { Dataset, Sample } from './dataset.js';
import { groupLabels, type GroupBy } from './group-by.js';
import { tallyGroups } from './group-tally.js';
import { presetSplit } from './preset-split.js';
import { requireGroupPure } from './require-group-pure.js';
import { divideByGroup, type SideRequest } from './split-by-group.js';
import { trainTestSplit } from './train-test-split.js';

/** How {@link splitDataset} divides. */
export interface SplitDatasetOptions {
  /** A fraction of the whole set in (0, 1), rounded up to whole samples, or a count. Default 0.2. */
  readonly testSize?: number | undefined;
  /** The same for validation, taken from what the test side leaves. Default: no validation set. */
  readonly validationSize?: number | undefined;
  /** Whether every side holds the classes in the whole's proportions. Default `true`. */
  readonly stratify?: boolean | undefined;
  /**
   * What must not stand on two sides, such as the patient. Default: `'group'` if any sample has a group; `false` for no
   * groups, even so.
   */
  readonly groupBy?: GroupBy | false | undefined;
  /** Whether samples stay on the side that their own `split` names. Default `true`. */
  readonly keepPresets?: boolean | undefined;
  /** An integer from 0 to 2^32 − 1. Default 42. */
  readonly seed?: number | undefined;
  /** Told what a user should know: samples without a group, sides of another size than asked for, classes missing there. */
  readonly onWarning?: ((message: string) => void) | undefined;
}

/** The sides of a split; no sample stands on two of them, and together they are the whole set. */
export interface DatasetSplit {
  readonly train: Dataset;
  /** Undefined unless a `validationSize` was given, or samples name that side. */
  readonly validation: Dataset | undefined;
  readonly test: Dataset;
}

/**
 * Divides a data set into train, validation and test sets, each with the whole set's `classNames`.
 *
 * Without groups, the test set is the one that scikit-learn's `train_test_split` takes from the whole set; the validation
 * set, `ceil(validationSize · n)` samples with n of the whole set, is taken from the remainder by a second such split with
 * the same seed. With groups, whole groups are chosen so that both sizes and the classes' proportions come as close as the
 * groups allow; samples then keep their order, and the order of samples has no effect on the choice. Samples that name
 * their `split` are not moved: of the sides that no sample names, test always and validation if asked for are taken from
 * those of the training side.
 *
 * @throws DatasetError if the data set is too small for such a split (the message names the class at fault), if a group
 * would stand on two sides, or if some samples name their split and others do not.
 * @throws RangeError for a size or seed out of range.
 * @see scikit-learn `train_test_split` (oracle: oracles/splits.py); docs/decisions/0017-group-split.md
 * @example `const { train, validation, test } = splitDataset(dataset, { testSize: 0.2, validationSize: 0.1, seed: 42 });`
 */
export function splitDataset(dataset: Dataset, options: SplitDatasetOptions = {}): DatasetSplit {
  const { testSize = 0.2, validationSize, seed = 42 } = options;
  requireSize('testSize', testSize);
  if (validationSize !== undefined) requireSize('validationSize', validationSize);
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff) {
    throw new RangeError(`seed is ${seed}; pass an integer from 0 to 4294967295`);
  }
  const { classNames, samples } = dataset;
  const preset = options.keepPresets === false ? undefined : presetSplit(samples);
  const groupBy = groupingOf(samples, options.groupBy);
  const on = (indices: readonly number[]): Dataset => ({
    classNames,
    samples: indices.map((index) => samples[index]!),
  });
  if (groupBy && preset) {
    const { train, validation = [], test = [] } = preset;
    requireGroupPure({ train: on(train), validation: on(validation), test: on(test) }, groupBy);
  }
  const divide = divider(samples, { ...options, groupBy, seed });
  const countOf = (size: number) => (size < 1 ? Math.ceil(size * samples.length) : size);
  const wantsValidation = validationSize !== undefined && !preset?.validation;

  let train = preset?.train ?? [...samples.keys()];
  let { test, validation } = preset ?? {};
  if (!test) [train, test] = divide(train, { side: 'test', count: countOf(testSize), leave: wantsValidation ? 2 : 1 });
  if (wantsValidation) {
    const count = countOf(validationSize);
    [train, validation] = divide(train, { side: 'validation', count, leave: 1 });
  }
  return { train: on(train), validation: validation && on(validation), test: on(test) };
}

/** Takes a side out of samples, given by their indices. */
type Divider = (from: readonly number[], request: SideRequest) => [rest: number[], taken: number[]];

function groupingOf(samples: readonly Sample[], groupBy: GroupBy | false | undefined): GroupBy | undefined {
  if (groupBy !== undefined) return groupBy || undefined;
  return samples.some((sample) => sample.group !== undefined) ? 'group' : undefined;
}

interface DividerOptions {
  readonly groupBy: GroupBy | undefined;
  readonly stratify?: boolean | undefined;
  readonly seed: number;
  readonly onWarning?: ((message: string) => void) | undefined;
}

function divider(samples: readonly Sample[], options: DividerOptions): Divider {
  const { groupBy, stratify = true, seed, onWarning } = options;
  const labels = samples.map((sample) => sample.label);
  if (!groupBy) return (from, { count }) => divideSingly(from, { count, labels, stratify, seed });
  const groups = groupLabels(samples, groupBy, { onWarning });
  const tally = tallyGroups(groups, stratify ? labels : labels.map(() => ''));
  return (from, request) => divideByGroup(from, { ...request, tally, seed, onWarning });
}

function requireSize(name: string, size: number): void {
  if (size > 0 && (size < 1 || Number.isSafeInteger(size))) return;
  throw new RangeError(`${name} is ${size}; pass a fraction between 0 and 1, or a count of samples`);
}

interface DivideOptions {
  readonly count: number;
  readonly labels: readonly string[];
  readonly stratify: boolean;
  readonly seed: number;
}

function divideSingly(from: readonly number[], options: DivideOptions): [number[], number[]] {
  const { count, labels, stratify, seed } = options;
  try {
    const strata = stratify ? from.map((index) => labels[index]!) : undefined;
    const { train, test } = trainTestSplit(from, { testSize: count, seed, stratify: strata });
    return [train, test];
  } catch (error) {
    // Size and seed are sound by themselves: it is the data set that does not allow this split.
    const reason = reasonOf(error);
    throw new DatasetError(`cannot split ${from.length} samples: ${reason}`, { cause: error });
  }
}
