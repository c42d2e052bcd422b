import { checkFolds, foldsOf, type Fold, type FoldOptions } from './fold.js';

/**
 * Folds of equal size, give or take one.
 *
 * @param count - How many samples there are.
 * @returns Folds of indices, in scikit-learn's order.
 * @throws RangeError for options out of range, or more folds than samples.
 * @see scikit-learn `KFold` (oracle: oracles/splits.py)
 * @example `kFold(4, { nSplits: 2 })[0] // { train: [2, 3], test: [0, 1] }`
 */
export function kFold(count: number, options: FoldOptions = {}): Fold[] {
  const { nSplits, generator } = checkFolds(options);
  if (!Number.isSafeInteger(count) || count < nSplits) {
    throw new RangeError(`cannot make ${nSplits} folds of ${count} samples; pass at least one sample for each fold`);
  }
  const order = Int32Array.from({ length: count }, (_, index) => index);
  generator?.shuffle(order);
  const assigned = new Int32Array(count);
  const size = Math.floor(count / nSplits);
  let begin = 0;
  for (let fold = 0; fold < nSplits; fold += 1) {
    const end = begin + size + (fold < count % nSplits ? 1 : 0);
    for (; begin < end; begin += 1) assigned[order[begin]!] = fold;
  }
  return foldsOf(assigned, nSplits);
}
