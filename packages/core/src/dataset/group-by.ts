import { DatasetError } from '../errors.js';
import type { Sample } from './dataset.js';

/**
 * What belongs together: `'group'`, the samples' own `group`; a regular expression on the id, whose first capturing group
 * (or else whole match) is the group; or a function. A sample for which that gives nothing stands for itself.
 */
export type GroupBy = 'group' | RegExp | ((sample: Sample) => string | undefined);

/** Options of {@link groupLabels}. */
export interface GroupLabelsOptions {
  /** Told when some samples have a group and others have none. */
  readonly onWarning?: ((message: string) => void) | undefined;
}

/**
 * One label for each sample: the same for samples that belong together, and one of its own for each that has no group.
 *
 * @throws DatasetError if no sample has a group.
 * @example `groupLabels(dataset.samples, /^patient(\d+)/)`
 */
export function groupLabels(samples: readonly Sample[], groupBy: GroupBy, options: GroupLabelsOptions = {}): string[] {
  const labels = groupNames(samples, groupBy);
  const alone = labels.filter((label) => label.startsWith(aloneMark)).length;
  const rule = typeof groupBy === 'function' ? 'the function given' : String(groupBy);
  const [first] = samples;
  if (first && alone === samples.length) {
    throw new DatasetError(
      `no sample has a group by ${rule}, for example "${first.id}"; give the samples a group, or leave out groupBy`,
      { subject: first.id },
    );
  }
  if (alone > 0)
    options.onWarning?.(`${alone} of ${samples.length} samples have no group by ${rule}; each stands alone`);
  return labels;
}

/** No group has such a name: NUL stands in no path and in no column of text. */
const aloneMark = '\0';

/** As {@link groupLabels}, for samples that may all stand alone. */
export function groupNames(samples: readonly Sample[], groupBy: GroupBy): string[] {
  const groupOf = groupFunction(groupBy);
  return samples.map((sample) => groupOf(sample) || aloneMark + sample.id);
}

function groupFunction(groupBy: GroupBy): (sample: Sample) => string | undefined {
  if (typeof groupBy === 'function') return groupBy;
  if (groupBy === 'group') return (sample) => sample.group;
  if (!(groupBy instanceof RegExp)) {
    throw new TypeError(`groupBy is ${JSON.stringify(groupBy)}; pass 'group', a regular expression or a function`);
  }
  // "g" and "y" would make one match depend on the one before.
  const pattern = new RegExp(groupBy.source, groupBy.flags.replace(/[gy]/g, ''));
  return (sample) => {
    const match = pattern.exec(sample.id);
    return match?.[1] ?? match?.[0];
  };
}

/**
 * Reads how the command line names a grouping: `group`, or a regular expression on the path, with or without slashes.
 *
 * @throws RangeError for text that is no regular expression.
 * @example `parseGroupBy('patient(\\d+)') // /patient(\d+)/`
 */
export function parseGroupBy(text: string): GroupBy {
  if (text === 'group') return text;
  if (text.trim() === '') throw new RangeError('groupBy is empty; pass "group" or a regular expression on the path');
  const slashed = /^\/(.+)\/([a-z]*)$/s.exec(text);
  try {
    return slashed ? new RegExp(slashed[1]!, slashed[2]) : new RegExp(text);
  } catch (error) {
    throw new RangeError(
      `groupBy is ${JSON.stringify(text)}, no regular expression; pass "group" or one like "^(p\\d+)_"`,
      {
        cause: error,
      },
    );
  }
}
