import { groupLabels, parseGroupBy, type Dataset, type GroupBy, type Sample } from '@graft-ml/core';

/** What samples are grouped by; what `--group-by` says. */
export type Grouping =
  /** A column of a manifest. */
  | { readonly by: 'column'; readonly name: string }
  /** The samples' own group, or a regular expression on their path. */
  | { readonly by: 'rule'; readonly rule: GroupBy }
  /** Images that look alike. */
  | { readonly by: 'near-duplicates' }
  /** The patient's identifier in DICOM files. */
  | { readonly by: 'dicom-patient' };

/**
 * Reads how the command line names a grouping: `group`, `near-duplicates`, `dicom-patient`, a regular expression such as
 * `/patient(\d+)/`, or the name of a manifest's column.
 *
 * @throws RangeError for an empty text or a wrong expression.
 * @example `parseGrouping('near-duplicates') // { by: 'near-duplicates' }`
 */
export function parseGrouping(text: string): Grouping {
  if (text === 'near-duplicates' || text === 'dicom-patient') return { by: text };
  // A name has no signs of an expression in it.
  if (text !== 'group' && /^[\p{L}\d_][\p{L}\d_ -]*$/u.test(text)) return { by: 'column', name: text };
  return { by: 'rule', rule: parseGroupBy(text) };
}

/**
 * Gives each sample the group that a rule finds; one for which it finds none stands alone.
 * @throws DatasetError if it finds none at all.
 */
export function groupByRule(dataset: Dataset, rule: GroupBy, onWarning?: (message: string) => void): Dataset {
  const labels = groupLabels(dataset.samples, rule, { onWarning });
  return withGroups(dataset, (_, index) => {
    const label = labels[index];
    // Core marks those that stand alone by a NUL, which no name holds.
    return label?.startsWith('\0') === true ? undefined : label;
  });
}

/** A data set whose samples have other groups. */
export function withGroups(dataset: Dataset, groupOf: (sample: Sample, index: number) => string | undefined): Dataset {
  return {
    ...dataset,
    samples: dataset.samples.map((sample, index) => ({ ...sample, group: groupOf(sample, index) })),
  };
}
