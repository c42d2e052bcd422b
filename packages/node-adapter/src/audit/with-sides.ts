import type { Dataset, DatasetSplit, SplitName } from '@graft-ml/core';

/** The samples of all sides as one data set, each of which says which side it is on: an audit then finds what leaks. */
export function withSides(split: DatasetSplit): Dataset {
  const sides = ['train', 'validation', 'test'] as const satisfies readonly SplitName[];
  return {
    classNames: split.train.classNames,
    samples: sides.flatMap((side) => (split[side]?.samples ?? []).map((sample) => ({ ...sample, split: side }))),
  };
}
