import { MersenneTwister } from '../random/mersenne-twister.js';
import { checkClassCounts, checkFolds, foldsOf, requireCount, type Fold, type StratifiedFoldOptions } from './fold.js';
import { encodeLabels, type StratumLabel } from './label-codes.js';

/**
 * Folds that hold the classes in the whole's proportions, within one sample.
 *
 * @param labels - One class for each sample.
 * @returns Folds of indices, in scikit-learn's order.
 * @throws RangeError for options out of range, or if no class has as many members as there are folds.
 * @see scikit-learn `StratifiedKFold` (oracle: oracles/splits.py)
 * @example `stratifiedKFold(['a', 'a', 'b', 'b'], { nSplits: 2 })[0] // { train: [1, 3], test: [0, 2] }`
 */
export function stratifiedKFold(labels: readonly StratumLabel[], options: StratifiedFoldOptions = {}): Fold[] {
  const { nSplits, generator } = checkFolds(options);
  return foldsOf(assignStratified(labels, { nSplits, generator, onWarning: options.onWarning }), nSplits);
}

/** How {@link repeatedStratifiedKFold} divides. */
export interface RepeatedFoldOptions extends Omit<StratifiedFoldOptions, 'shuffle' | 'seed'> {
  /** How often all folds are drawn anew. Default 10. */
  readonly nRepeats?: number | undefined;
  /** An integer from 0 to 2^32 − 1; scikit-learn's `random_state`. */
  readonly seed: number;
}

/**
 * `nRepeats` times {@link stratifiedKFold}, shuffled differently each time: `nRepeats · nSplits` folds.
 *
 * @throws RangeError as `stratifiedKFold`.
 * @see scikit-learn `RepeatedStratifiedKFold` (oracle: oracles/splits.py)
 * @example `repeatedStratifiedKFold(labels, { nSplits: 5, nRepeats: 4, seed: 42 }).length // 20`
 */
export function repeatedStratifiedKFold(labels: readonly StratumLabel[], options: RepeatedFoldOptions): Fold[] {
  const { nRepeats = 10, seed, onWarning, ...rest } = options;
  requireCount('nRepeats', nRepeats, 1);
  const { nSplits } = checkFolds(rest);
  // One generator goes on through all repeats.
  const generator = MersenneTwister.fromSeed(seed);
  return Array.from({ length: nRepeats }, (_, repeat) => {
    const warnOnce = repeat === 0 ? onWarning : undefined;
    return foldsOf(assignStratified(labels, { nSplits, generator, onWarning: warnOnce }), nSplits);
  }).flat();
}

interface AssignOptions {
  readonly nSplits: number;
  readonly generator: MersenneTwister | undefined;
  readonly onWarning: ((message: string) => void) | undefined;
}

/** The fold of each sample. Classes are taken in the order in which they appear, so that their names do not matter. */
function assignStratified(labels: readonly StratumLabel[], options: AssignOptions): Int32Array {
  const { nSplits, generator } = options;
  const { codes, counts } = encodeLabels('labels', labels);
  checkClassCounts(counts, nSplits, options);

  const members = new Map<number, number[]>();
  for (const [index, code] of codes.entries()) {
    const list = members.get(code);
    if (list) list.push(index);
    else members.set(code, [index]);
  }
  const assigned = new Int32Array(labels.length);
  let begin = 0;
  for (const indices of members.values()) {
    // Round robin over the samples sorted by class says how many of the class go to each fold, …
    const folds = indices.map((_, i) => (begin + i) % nSplits).sort((a, b) => a - b);
    begin += indices.length;
    // … and the class goes there in blocks, unless shuffled.
    generator?.shuffle(folds);
    for (const [i, index] of indices.entries()) assigned[index] = folds[i]!;
  }
  return assigned;
}
