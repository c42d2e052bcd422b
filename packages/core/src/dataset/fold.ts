import { MersenneTwister } from '../random/mersenne-twister.js';
import type { TrainTestSplit } from './train-test-split.js';

/** One fold of a cross-validation: indices of both sides, each ascending as scikit-learn gives them. */
export type Fold = TrainTestSplit<number>;

/** How folds are made. */
export interface FoldOptions {
  /** How many folds, at least 2. Default 5. */
  readonly nSplits?: number | undefined;
  /** Whether chance decides which fold a sample falls into. Default `false`. */
  readonly shuffle?: boolean | undefined;
  /** An integer from 0 to 2^32 − 1, given if and only if `shuffle` is true; scikit-learn's `random_state`. */
  readonly seed?: number | undefined;
}

/** Options of folds that keep the classes' proportions. */
export interface StratifiedFoldOptions extends FoldOptions {
  /** Receives scikit-learn's warning that a class has fewer members than there are folds. */
  readonly onWarning?: ((message: string) => void) | undefined;
}

/** @throws RangeError for options that contradict each other or are out of range. */
export function checkFolds(options: FoldOptions): { nSplits: number; generator: MersenneTwister | undefined } {
  const { nSplits = 5, shuffle = false, seed } = options;
  requireCount('nSplits', nSplits, 2);
  if (shuffle && seed === undefined) throw new RangeError('shuffle needs a seed; pass seed, such as seed: 42');
  if (!shuffle && seed !== undefined) {
    throw new RangeError(`seed ${seed} has no effect without shuffling; pass shuffle: true, or leave out seed`);
  }
  return { nSplits, generator: seed === undefined ? undefined : MersenneTwister.fromSeed(seed) };
}

/** @throws RangeError if `value` is no whole number of at least `least`. */
export function requireCount(name: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new RangeError(`${name} is ${value}; pass a whole number from ${least}`);
}

/** @throws RangeError if a class has too few members for `nSplits` folds, and so has every other. */
export function checkClassCounts(counts: Int32Array, nSplits: number, options: StratifiedFoldOptions): void {
  const most = counts.reduce((a, b) => Math.max(a, b), 0);
  const least = counts.reduce((a, b) => Math.min(a, b), most);
  if (nSplits > most) {
    throw new RangeError(`nSplits is ${nSplits}, but no class has more than ${most} members; pass fewer folds`);
  }
  if (nSplits > least) {
    options.onWarning?.(
      `the least populated class has only ${least} members, fewer than the ${nSplits} folds: some folds go without it`,
    );
  }
}

/** @throws RangeError if there are more folds than groups. */
export function checkGroupCount(groupCount: number, nSplits: number): void {
  if (nSplits <= groupCount) return;
  throw new RangeError(`nSplits is ${nSplits}, but there are only ${groupCount} groups; pass fewer folds`);
}

/** One fold for each number below `nSplits`: the items assigned to it are its test side. */
export function foldsOf(assigned: Int32Array, nSplits: number): Fold[] {
  const folds = Array.from({ length: nSplits }, (): Fold => ({ train: [], test: [] }));
  for (const [fold, { train, test }] of folds.entries()) {
    for (let index = 0; index < assigned.length; index += 1) (assigned[index] === fold ? test : train).push(index);
  }
  return folds;
}
