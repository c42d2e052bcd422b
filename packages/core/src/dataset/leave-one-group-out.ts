import { foldsOf, type Fold } from './fold.js';
import { encodeLabels, type StratumLabel } from './label-codes.js';

/**
 * One fold for each group, which is its test side: how well does a model do on a source (hospital, scanner, site) that it
 * has never seen?
 *
 * @param groups - One group for each sample.
 * @returns Folds of indices; groups in numpy's order (numbers by value, strings by code points).
 * @throws RangeError for fewer than two groups.
 * @see scikit-learn `LeaveOneGroupOut` (oracle: oracles/splits.py)
 * @example `leaveOneGroupOut(['a', 'b', 'a']).map(({ test }) => test) // [[0, 2], [1]]`
 */
export function leaveOneGroupOut(groups: readonly StratumLabel[]): Fold[] {
  const { values, codes } = encodeLabels('groups', groups);
  if (values.length < 2) {
    throw new RangeError(`there is ${values.length} group; leaving one out takes at least 2`);
  }
  return foldsOf(codes, values.length);
}
