import { checkFolds, checkGroupCount, foldsOf, type Fold, type FoldOptions } from './fold.js';
import { encodeLabels, type StratumLabel } from './label-codes.js';

/**
 * Folds of about equal size that keep each group together. Without shuffling the largest group goes to the smallest
 * fold, and so on; with it, each fold gets equally many groups.
 *
 * @param groups - One group for each sample, e.g. the patient.
 * @returns Folds of indices, in scikit-learn's order.
 * @throws RangeError for options out of range, or more folds than groups.
 * @see scikit-learn `GroupKFold` (oracle: oracles/splits.py)
 * @example `groupKFold(['p1', 'p1', 'p2', 'p3'], { nSplits: 3 }).map(({ test }) => test) // [[0, 1], [3], [2]]`
 */
export function groupKFold(groups: readonly StratumLabel[], options: FoldOptions = {}): Fold[] {
  const { nSplits, generator } = checkFolds(options);
  const { codes, counts } = encodeLabels('groups', groups);
  checkGroupCount(counts.length, nSplits);
  const foldOfGroup = new Int32Array(counts.length);
  if (generator) {
    const order = generator.permutation(counts.length);
    const size = Math.floor(counts.length / nSplits);
    const larger = counts.length % nSplits;
    for (const [place, group] of order.entries()) {
      const inLarger = Math.floor(place / (size + 1));
      foldOfGroup[group] = inLarger < larger ? inLarger : larger + Math.floor((place - larger * (size + 1)) / size);
    }
  } else {
    // Ascending and turned round: of two groups of one size, the later comes first.
    const bySize = [...counts.keys()].sort((a, b) => counts[b]! - counts[a]! || b - a);
    const sizes = new Float64Array(nSplits);
    for (const group of bySize) {
      const lightest = sizes.indexOf(Math.min(...sizes));
      sizes[lightest]! += counts[group]!;
      foldOfGroup[group] = lightest;
    }
  }
  return foldsOf(
    codes.map((group) => foldOfGroup[group]!),
    nSplits,
  );
}
