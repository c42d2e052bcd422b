import { quoteNames } from '../errors.js';
import { MersenneTwister } from '../random/mersenne-twister.js';
import { encodeLabels, type StratumLabel } from './label-codes.js';
import { shuffleSplit, stratifiedShuffleSplit } from './shuffle-split.js';

/** How large the two sides of a split are. */
interface SplitSizes {
  /** A fraction in (0, 1), rounded up to whole samples, or a count of at least 1. Default: what `trainSize` leaves, else 0.25. */
  readonly testSize?: number | undefined;
  /** A fraction in (0, 1), rounded down to whole samples, or a count of at least 1. Default: what `testSize` leaves. */
  readonly trainSize?: number | undefined;
}

/** How {@link trainTestSplit} divides. */
export interface TrainTestSplitOptions extends SplitSizes {
  /** One label for each item: both sides then hold the classes in the whole's proportions. Default: none. */
  readonly stratify?: readonly StratumLabel[] | undefined;
  /** An integer from 0 to 2^32 − 1; scikit-learn's `random_state`. */
  readonly seed: number;
  /** `false` takes the items in their order. Default `true`. */
  readonly shuffle?: boolean | undefined;
}

/** The two sides of a split, each in scikit-learn's order. */
export interface TrainTestSplit<T> {
  readonly train: T[];
  readonly test: T[];
}

/**
 * Divides items in two, element for element as scikit-learn's `train_test_split(…, random_state=seed)`.
 *
 * Takes the items, or how many there are: then the result holds their indices.
 *
 * @throws RangeError if the sizes, the seed or the labels do not allow such a split; the message names the class at fault.
 * @see scikit-learn `sklearn.model_selection.train_test_split` (oracle: oracles/splits.py)
 * @example `trainTestSplit(5, { testSize: 2, seed: 42 }) // { train: [2, 0, 3], test: [1, 4] }`
 */
export function trainTestSplit(count: number, options: TrainTestSplitOptions): TrainTestSplit<number>;
export function trainTestSplit<T>(items: readonly T[], options: TrainTestSplitOptions): TrainTestSplit<T>;
export function trainTestSplit<T>(
  items: number | readonly T[],
  options: TrainTestSplitOptions,
): TrainTestSplit<T> | TrainTestSplit<number> {
  if (typeof items === 'number') return splitIndices(items, options);
  const { train, test } = splitIndices(items.length, options);
  const pick = (index: number) => items[index] as T;
  return { train: train.map(pick), test: test.map(pick) };
}

function splitIndices(count: number, options: TrainTestSplitOptions): TrainTestSplit<number> {
  if (!Number.isSafeInteger(count) || count < 0) {
    throw new RangeError(`cannot split ${count} items; pass an array or a whole number`);
  }
  const { stratify, shuffle = true } = options;
  const generator = MersenneTwister.fromSeed(options.seed);
  if (stratify && stratify.length !== count) {
    throw new RangeError(`stratify has ${stratify.length} labels for ${count} items; pass one label for each`);
  }
  const { trainCount, testCount } = splitSizes(count, options);
  if (!shuffle) {
    if (stratify) throw new RangeError('stratify needs shuffling; leave out shuffle: false, or leave out stratify');
    const order = Array.from({ length: trainCount + testCount }, (_, index) => index);
    return { train: order.slice(0, trainCount), test: order.slice(trainCount) };
  }
  if (!stratify) return shuffleSplit({ count, trainCount, testCount, generator });

  const strata = groupByClass(stratify);
  const single = strata.filter((stratum) => stratum.indices.length < 2).map((stratum) => String(stratum.label));
  if (single.length > 0) {
    throw new RangeError(
      `cannot stratify: class ${quoteNames(single)} has only 1 sample and needs one for each side; add samples or remove the class`,
    );
  }
  requireOneEach('test', testCount, strata.length);
  requireOneEach('train', trainCount, strata.length);
  return stratifiedShuffleSplit({
    classIndices: strata.map((stratum) => stratum.indices),
    trainCount,
    testCount,
    generator,
  });
}

/**
 * scikit-learn's rounding: a fraction's test side is rounded up, its train side down.
 * @throws RangeError if `count` cannot be divided so.
 */
export function splitSizes(
  count: number,
  options: SplitSizes & { readonly unit?: string },
): { trainCount: number; testCount: number } {
  const { trainSize, unit = 'samples' } = options;
  const testSize = options.testSize ?? (trainSize === undefined ? 0.25 : undefined);
  requireSize('testSize', testSize, { count, unit });
  requireSize('trainSize', trainSize, { count, unit });
  if (isFraction(testSize) && isFraction(trainSize) && testSize + trainSize > 1) {
    throw new RangeError(`testSize ${testSize} and trainSize ${trainSize} add up to more than 1; make one smaller`);
  }
  const testCount = isFraction(testSize) ? Math.ceil(testSize * count) : testSize;
  const trainCount = isFraction(trainSize) ? Math.floor(trainSize * count) : trainSize;
  const sizes = {
    trainCount: trainCount ?? count - testCount!,
    testCount: testCount ?? count - trainCount!,
  };
  if (sizes.trainCount + sizes.testCount > count) {
    throw new RangeError(
      `${sizes.trainCount} train and ${sizes.testCount} test ${unit} are more than the ${count} there are; make one side smaller`,
    );
  }
  if (sizes.trainCount <= 0) {
    throw new RangeError(`no train ${unit} would be left of ${count}; make testSize smaller or trainSize larger`);
  }
  return sizes;
}

function isFraction(size: number | undefined): size is number {
  return size !== undefined && size > 0 && size < 1;
}

function requireSize(name: string, size: number | undefined, { count, unit }: { count: number; unit: string }): void {
  if (size === undefined || (size > 0 && size < 1)) return;
  if (Number.isInteger(size) && size >= 1 && size < count) return;
  throw new RangeError(
    `${name} is ${size}; pass a fraction between 0 and 1, or a count from 1 to one less than the ${count} ${unit}`,
  );
}

function requireOneEach(side: string, sampleCount: number, classCount: number): void {
  if (sampleCount >= classCount) return;
  throw new RangeError(
    `cannot stratify: ${sampleCount} ${side} samples cannot hold each of ${classCount} classes; make the ${side} side larger`,
  );
}

interface Stratum {
  readonly label: StratumLabel;
  readonly indices: number[];
}

/** The indices of each class, classes in numpy's order. */
function groupByClass(labels: readonly StratumLabel[]): Stratum[] {
  const { values, codes } = encodeLabels('stratify', labels);
  const strata = values.map((label): Stratum => ({ label, indices: [] }));
  for (const [index, code] of codes.entries()) strata[code]!.indices.push(index);
  return strata;
}
