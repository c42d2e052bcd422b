import { encodeLabels, type StratumLabel } from './label-codes.js';

/** How many samples of each class each group holds: only what is there, so that many groups of many classes fit. */
export interface GroupTally {
  /** Groups in numpy's order. */
  readonly names: readonly StratumLabel[];
  /** For each sample, its group. */
  readonly groupOf: Int32Array;
  readonly classNames: readonly StratumLabel[];
  /** The entries of group g are those from `starts[g]` to `starts[g + 1]`. */
  readonly starts: Int32Array;
  /** Each entry's class. */
  readonly classes: Int32Array;
  /** Each entry's number of samples. */
  readonly counts: Int32Array;
}

/** Counts classes by group. */
export function tallyGroups(groups: readonly StratumLabel[], labels: readonly StratumLabel[]): GroupTally {
  const { values: names, codes: groupOf, counts: sizes } = encodeLabels('groups', groups);
  const { values: classNames, codes: classOf } = encodeLabels('labels', labels);

  const next = new Int32Array(names.length);
  for (let group = 1; group < names.length; group += 1) next[group] = next[group - 1]! + sizes[group - 1]!;
  const members = new Int32Array(groups.length);
  for (let index = 0; index < groups.length; index += 1) members[next[groupOf[index]!]!++] = classOf[index]!;

  const starts = new Int32Array(names.length + 1);
  const classes = new Int32Array(groups.length);
  const counts = new Int32Array(groups.length);
  let entry = 0;
  let begin = 0;
  for (let group = 0; group < names.length; group += 1) {
    const end = begin + sizes[group]!;
    for (const label of members.subarray(begin, end).sort()) {
      if (entry === starts[group] || classes[entry - 1] !== label) classes[entry++] = label;
      counts[entry - 1]! += 1;
    }
    begin = end;
    starts[group + 1] = entry;
  }
  return { names, groupOf, classNames, starts, classes: classes.slice(0, entry), counts: counts.slice(0, entry) };
}

/** How many samples of each class these groups hold. */
export function countClasses(
  { starts, classes, counts, classNames }: GroupTally,
  groups: Iterable<number>,
): Int32Array {
  const sums = new Int32Array(classNames.length);
  for (const group of groups) {
    for (let entry = starts[group]!; entry < starts[group + 1]!; entry += 1) sums[classes[entry]!]! += counts[entry]!;
  }
  return sums;
}
