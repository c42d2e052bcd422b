import { MersenneTwister } from '../random/mersenne-twister.js';
import { requireCount, type Fold } from './fold.js';
import { encodeLabels, type StratumLabel } from './label-codes.js';
import { shuffleSplit } from './shuffle-split.js';
import { splitSizes } from './train-test-split.js';

/** How {@link groupShuffleSplit} divides. */
export interface GroupShuffleSplitOptions {
  /** How many independent splits are drawn. Default 5. */
  readonly nSplits?: number | undefined;
  /** A fraction of the groups in (0, 1), rounded up, or a count of groups. Default: what `trainSize` leaves, else 0.2. */
  readonly testSize?: number | undefined;
  /** A fraction of the groups in (0, 1), rounded down, or a count of groups. Default: what `testSize` leaves. */
  readonly trainSize?: number | undefined;
  /** An integer from 0 to 2^32 − 1; scikit-learn's `random_state`. */
  readonly seed: number;
}

/**
 * Random splits that keep each group together; sizes count groups, not samples.
 *
 * @param groups - One group for each sample.
 * @returns Splits of indices, each side ascending.
 * @throws RangeError for sizes or a seed that do not allow such a split.
 * @see scikit-learn `GroupShuffleSplit` (oracle: oracles/splits.py)
 * @example `groupShuffleSplit(patients, { nSplits: 1, testSize: 0.2, seed: 42 })`
 */
export function groupShuffleSplit(groups: readonly StratumLabel[], options: GroupShuffleSplitOptions): Fold[] {
  const { nSplits = 5, seed, trainSize } = options;
  requireCount('nSplits', nSplits, 1);
  const testSize = options.testSize ?? (trainSize === undefined ? 0.2 : undefined);
  const { values, codes } = encodeLabels('groups', groups);
  const sizes = splitSizes(values.length, { testSize, trainSize, unit: 'groups' });
  const generator = MersenneTwister.fromSeed(seed);
  return Array.from({ length: nSplits }, () => {
    const drawn = shuffleSplit({ count: values.length, ...sizes, generator });
    return { train: membersOf(drawn.train, codes), test: membersOf(drawn.test, codes) };
  });
}

function membersOf(groups: readonly number[], codes: Int32Array): number[] {
  const wanted = new Set(groups);
  return [...codes.keys()].filter((index) => wanted.has(codes[index]!));
}
