import {
  checkClassCounts,
  checkFolds,
  checkGroupCount,
  foldsOf,
  type Fold,
  type StratifiedFoldOptions,
} from './fold.js';
import { countClasses, tallyGroups } from './group-tally.js';
import type { StratumLabel } from './label-codes.js';
import { numpyStd, numpySum } from './numpy-sum.js';

/**
 * Folds that keep each group together, and the classes in the whole's proportions as well as the groups allow: groups with
 * the most uneven classes first, each to the fold where it evens out best.
 *
 * @param labels - One class for each sample.
 * @param groups - One group for each sample, e.g. the patient.
 * @returns Folds of indices, in scikit-learn's order.
 * @throws RangeError for options out of range, more folds than groups, or if no class has as many members as there are
 * folds.
 * @see scikit-learn `StratifiedGroupKFold` (oracle: oracles/splits.py)
 * @example `stratifiedGroupKFold(labels, patients, { nSplits: 5, shuffle: true, seed: 42 })`
 */
export function stratifiedGroupKFold(
  labels: readonly StratumLabel[],
  groups: readonly StratumLabel[],
  options: StratifiedFoldOptions = {},
): Fold[] {
  const { nSplits, generator } = checkFolds(options);
  if (labels.length !== groups.length) {
    throw new RangeError(`${labels.length} labels for ${groups.length} groups; pass one of each for each sample`);
  }
  const tally = tallyGroups(groups, labels);
  const { names, groupOf } = tally;
  const classCounts = countClasses(tally, names.keys());
  checkClassCounts(classCounts, nSplits, options);
  checkGroupCount(names.length, nSplits);

  // Ties in evenness stay in this order.
  const order = Int32Array.from(names.keys());
  generator?.shuffle(order);
  const scratch = new Float64Array(Math.max(nSplits, classCounts.length));
  const unevenness = names.map((_, group) => numpyStd(countClasses(tally, [group]), scratch));
  order.sort((a, b) => unevenness[b]! - unevenness[a]!);

  const foldOfGroup = new Int32Array(names.length);
  const chooser = new FoldChooser(nSplits, classCounts);
  for (const group of order) foldOfGroup[group] = chooser.place(countClasses(tally, [group]));
  return foldsOf(
    groupOf.map((group) => foldOfGroup[group]!),
    nSplits,
  );
}

/** Keeps what each fold holds, and finds the fold for the next group. */
class FoldChooser {
  /** For each class, what share of it each fold holds. */
  readonly #shares: Float64Array[];
  readonly #counts: Float64Array[];
  readonly #sizes: Float64Array;
  readonly #deviations: Float64Array;
  readonly #scratch: Float64Array;

  constructor(
    readonly nSplits: number,
    readonly classCounts: Int32Array,
  ) {
    this.#shares = Array.from(classCounts, () => new Float64Array(nSplits));
    this.#counts = Array.from(classCounts, () => new Float64Array(nSplits));
    this.#sizes = new Float64Array(nSplits);
    this.#deviations = new Float64Array(classCounts.length);
    this.#scratch = new Float64Array(nSplits);
  }

  place(group: Int32Array): number {
    let best = 0;
    let least = Infinity;
    let smallest = Infinity;
    for (let fold = 0; fold < this.nSplits; fold += 1) {
      const spread = this.#spreadWith(group, fold);
      const size = this.#sizes[fold]!;
      // numpy's isclose; nothing is close to infinity.
      const close = Math.abs(spread - least) <= 1e-8 + 1e-5 * least && least !== Infinity;
      if (spread < least || (close && size < smallest)) {
        best = fold;
        least = spread;
        smallest = size;
      }
    }
    for (const [label, count] of group.entries()) {
      const held = (this.#counts[label]![best]! += count);
      this.#shares[label]![best] = held / this.classCounts[label]!;
      this.#sizes[best]! += count;
    }
    return best;
  }

  /** How unevenly the classes would lie among the folds, were the group in this one. */
  #spreadWith(group: Int32Array, fold: number): number {
    for (const [label, count] of group.entries()) {
      const shares = this.#shares[label]!;
      const before = shares[fold]!;
      shares[fold] = (this.#counts[label]![fold]! + count) / this.classCounts[label]!;
      this.#deviations[label] = this.#deviationOf(shares);
      shares[fold] = before;
    }
    return numpySum(this.#deviations) / group.length;
  }

  /** numpy sums down a column one by one, except that of a single column, which it takes for a row. */
  #deviationOf(shares: Float64Array): number {
    if (this.classCounts.length === 1) return numpyStd(shares, this.#scratch);
    const count = this.nSplits;
    let sum = 0;
    for (let i = 0; i < count; i += 1) sum += shares[i]!;
    const mean = sum / count;
    let squares = 0;
    for (let i = 0; i < count; i += 1) {
      const difference = shares[i]! - mean;
      squares += difference * difference;
    }
    return Math.sqrt(squares / count);
  }
}
