import { datasetFingerprint, describeImage, type Dataset, type SkippedSource } from '@graft-ml/core';
import type { ReportDataset } from './report-input.js';

/** One side of a split, by its name. */
export interface NamedSide {
  readonly name: string;
  readonly part: Dataset;
}

/** What a report says of its data: which they are, how they are divided, and whether groups stay together. */
export function describeDataset(
  dataset: Dataset,
  options: {
    readonly location: string;
    readonly sides: readonly NamedSide[];
    /** Images that turned out not to be readable, beside what the data set left out itself. */
    readonly unreadable: readonly SkippedSource[];
  },
): ReportDataset {
  const { location, sides, unreadable } = options;
  const { classNames } = dataset;
  return {
    location,
    fingerprint: datasetFingerprint(dataset.samples),
    sides: sides.map(({ name, part }) => {
      const counts = new Map(classNames.map((className) => [className, 0]));
      for (const sample of readableSamples(part, unreadable)) {
        counts.set(sample.label, (counts.get(sample.label) ?? 0) + 1);
      }
      return { name, counts: classNames.map((className) => counts.get(className) ?? 0) };
    }),
    groups: groupPurity(
      sides,
      dataset.samples.some(({ group }) => group !== undefined),
    ),
    skipped: [...(dataset.skipped ?? []), ...unreadable],
  };
}

/** The samples that could be read. */
export function readableSamples(dataset: Dataset, unreadable: readonly SkippedSource[]): Dataset['samples'] {
  if (unreadable.length === 0) return dataset.samples;
  const paths = new Set(unreadable.map(({ path }) => path));
  return dataset.samples.filter(({ source }) => !paths.has(describeImage(source)));
}

function groupPurity(sides: readonly NamedSide[], grouped: boolean): ReportDataset['groups'] {
  if (!grouped) return undefined;
  const sidesOf = new Map<string, Set<string>>();
  for (const { name, part } of sides) {
    for (const { group } of part.samples) {
      if (group !== undefined) sidesOf.set(group, (sidesOf.get(group) ?? new Set()).add(name));
    }
  }
  const mixed = [...sidesOf].filter(([, names]) => names.size > 1).map(([group]) => group);
  return { count: sidesOf.size, onSeveralSides: mixed };
}
