import { describe, expect, it } from 'vitest';
import golden from '../../test/golden/folds.json';
import { checksum } from '../../test/checksum.js';
import { goldenGroups, goldenLabels } from '../../test/golden-labels.js';
import type { Fold } from './fold.js';
import { groupKFold } from './group-k-fold.js';
import { groupShuffleSplit } from './group-shuffle-split.js';
import { kFold } from './k-fold.js';
import { leaveOneGroupOut } from './leave-one-group-out.js';
import { repeatedStratifiedKFold, stratifiedKFold } from './stratified-k-fold.js';
import { stratifiedGroupKFold } from './stratified-group-k-fold.js';

const classCounts: Record<string, number[]> = golden.classCounts;

interface FoldCase {
  readonly splitter: string;
  readonly counts: string;
  readonly groupCount?: number;
  readonly kind?: string;
  readonly nSplits?: number;
  readonly nRepeats?: number;
  readonly testSize?: number;
  readonly plain: number | null;
  readonly crcs: readonly number[] | null;
}

/** Makes the folds of a golden's case; without a seed, unshuffled. */
function splitterOf(fold: FoldCase): (seed?: number) => Fold[] {
  const labels = goldenLabels(classCounts[fold.counts]!);
  const groups = goldenGroups(labels.length, fold.groupCount ?? 0, fold.kind ?? '');
  return (seed) => foldsOfCase(fold, { labels, groups, seed });
}

interface CaseData {
  readonly labels: readonly number[];
  readonly groups: readonly (string | number)[];
  readonly seed: number | undefined;
}

function foldsOfCase(fold: FoldCase, { labels, groups, seed }: CaseData): Fold[] {
  const { splitter, nSplits, nRepeats, testSize } = fold;
  const options = { nSplits, shuffle: seed !== undefined, seed };
  switch (splitter) {
    case 'kFold':
      return kFold(labels.length, options);
    case 'stratifiedKFold':
      return stratifiedKFold(labels, options);
    case 'groupKFold':
      return groupKFold(groups, options);
    case 'stratifiedGroupKFold':
      return stratifiedGroupKFold(labels, groups, options);
    case 'repeatedStratifiedKFold':
      return repeatedStratifiedKFold(labels, { nSplits, nRepeats, seed: seed! });
    case 'groupShuffleSplit':
      return groupShuffleSplit(groups, { nSplits, testSize, seed: seed! });
    default:
      return leaveOneGroupOut(groups);
  }
}

const checksumOf = (folds: Fold[]) => checksum(folds.flatMap(({ train, test }) => [...train, ...test]));

describe('folds against scikit-learn', () => {
  it.each(golden.cases as FoldCase[])(
    'same indices, same order, seeds 0–99: $splitter, $counts, $groupCount $kind groups, $nSplits splits',
    (fold) => {
      const split = splitterOf(fold);
      if (fold.plain !== null) expect(checksumOf(split())).toBe(fold.plain);
      for (const [seed, expected] of (fold.crcs ?? []).entries()) {
        expect(checksumOf(split(seed)), `seed ${seed}`).toBe(expected);
      }
    },
    30_000,
  );
});

describe('folds refuse what cannot be', () => {
  it.each([
    [() => kFold(10, { nSplits: 1 }), 'nSplits is 1; pass a whole number from 2'],
    [() => kFold(10, { nSplits: 2.5 }), 'nSplits is 2.5'],
    [() => kFold(3, { nSplits: 4 }), 'cannot make 4 folds of 3 samples'],
    [() => kFold(3, { nSplits: 2, seed: 1 }), 'seed 1 has no effect without shuffling'],
    [() => kFold(3, { nSplits: 2, shuffle: true }), 'shuffle needs a seed'],
    [() => kFold(3, { nSplits: 2, shuffle: true, seed: -1 }), 'seed is -1'],
    [() => stratifiedKFold(['a', 'a', 'b'], { nSplits: 3 }), 'no class has more than 2 members'],
    [() => stratifiedKFold([], { nSplits: 3 }), 'no class has more than 0 members'],
    [() => stratifiedKFold(['a', 1], { nSplits: 2 }), 'labels mixes strings and numbers'],
    [() => stratifiedKFold([Number.NaN, 1], { nSplits: 2 }), 'labels[0] is NaN'],
    [() => repeatedStratifiedKFold(['a', 'a'], { nSplits: 2, nRepeats: 0, seed: 1 }), 'nRepeats is 0'],
    [() => groupKFold(['a', 'a', 'b'], { nSplits: 3 }), 'there are only 2 groups'],
    [() => stratifiedGroupKFold([0, 1], ['a']), '2 labels for 1 groups'],
    [() => stratifiedGroupKFold([0, 0, 0], [1, 1, 2], { nSplits: 3 }), 'there are only 2 groups'],
    [() => leaveOneGroupOut(['a', 'a']), 'there is 1 group; leaving one out takes at least 2'],
    [() => groupShuffleSplit(['a', 'b'], { testSize: 5, seed: 0 }), 'one less than the 2 groups'],
  ])('%s', (make, message) => {
    expect(make).toThrow(message);
  });

  it('warns, as scikit-learn, of a class with fewer members than folds', () => {
    const warnings: string[] = [];
    const onWarning = (message: string) => warnings.push(message);
    stratifiedKFold(['a', 'a', 'a', 'b'], { nSplits: 2, onWarning });
    repeatedStratifiedKFold(['a', 'a', 'a', 'b'], { nSplits: 2, seed: 0, onWarning });
    expect(warnings).toHaveLength(2);
    expect(warnings[0]).toMatch(/least populated class has only 1 members, fewer than the 2 folds/);
  });
});
