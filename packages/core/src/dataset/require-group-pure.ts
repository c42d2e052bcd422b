import { DatasetError } from '../errors.js';
import type { Dataset } from './dataset.js';
import { groupNames, type GroupBy } from './group-by.js';
import type { DatasetSplit } from './split-dataset.js';

/**
 * Makes sure that no group stands on two sides: a model tested on patients it was trained on looks better than it is.
 *
 * @param sides - Data sets by name, e.g. what `splitDataset` returns.
 * @throws DatasetError naming the group, both sides and a sample on each.
 * @example `requireGroupPure({ train, test }, 'group')`
 */
export function requireGroupPure(sides: Partial<DatasetSplit>, groupBy: GroupBy): void {
  const seen = new Map<string, { side: string; id: string }>();
  for (const [side, dataset] of Object.entries<Dataset | undefined>(sides)) {
    if (!dataset) continue;
    for (const [i, label] of groupNames(dataset.samples, groupBy).entries()) {
      const { id } = dataset.samples[i]!;
      const first = seen.get(label);
      if (!first) seen.set(label, { side, id });
      else if (first.side !== side) {
        throw new DatasetError(
          `${label.startsWith('\0') ? 'a sample without a group' : `group ${JSON.stringify(label)}`} stands in ${first.side} ("${first.id}") and in ${side} ("${id}"); ` +
            `keep all of a group on one side`,
          { subject: id },
        );
      }
    }
  }
}
