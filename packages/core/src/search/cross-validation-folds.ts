import type { Dataset } from '../dataset/dataset.js';
import { requireCount } from '../dataset/fold.js';
import { stratifiedGroupKFold } from '../dataset/stratified-group-k-fold.js';
import { repeatedStratifiedKFold } from '../dataset/stratified-k-fold.js';
import { DatasetError } from '../errors.js';

/** Both sides of a fold. */
export interface DatasetFold {
  readonly train: Dataset;
  readonly test: Dataset;
}

/**
 * Stratified folds of a data set; groups that hold several samples stay together. Without such groups they are scikit-learn's
 * `RepeatedStratifiedKFold`, with them a shuffled `StratifiedGroupKFold` for each repeat, its seed counted up.
 *
 * @param options.groups - One for each sample.
 * @throws RangeError for counts out of range; DatasetError if a fold's training side lacks a class.
 */
export function crossValidationFolds(
  dataset: Dataset,
  options: {
    readonly groups: readonly string[];
    readonly nSplits: number;
    readonly nRepeats: number;
    readonly seed: number;
    readonly onWarning?: ((message: string) => void) | undefined;
  },
): DatasetFold[] {
  const { groups, nSplits, nRepeats, seed, onWarning } = options;
  requireCount('nRepeats', nRepeats, 1);
  const labels = dataset.samples.map(({ label }) => label);
  const grouped = new Set(groups).size < groups.length;
  const folds = grouped
    ? Array.from({ length: nRepeats }, (_, repeat) =>
        stratifiedGroupKFold(labels, groups, {
          nSplits,
          shuffle: true,
          // The last seed that there is has one behind it too.
          seed: (seed + repeat) % 2 ** 32,
          onWarning: repeat === 0 ? onWarning : undefined,
        }),
      ).flat()
    : repeatedStratifiedKFold(labels, { nSplits, nRepeats, seed, onWarning });
  const side = (indices: readonly number[]): Dataset => ({
    classNames: dataset.classNames,
    samples: indices.map((index) => dataset.samples[index]!),
  });
  return folds.map(({ train, test }, fold) => {
    const present = new Set(train.map((index) => labels[index]));
    const missing = dataset.classNames.filter((name) => !present.has(name));
    if (missing.length > 0 || test.length === 0) {
      const what = missing.length > 0 ? `no training image of ${missing.join(', ')}` : 'no test image';
      throw new DatasetError(
        `fold ${fold + 1} of ${folds.length} has ${what}; use fewer folds, or more images or groups`,
      );
    }
    return { train: side(train), test: side(test) };
  });
}
