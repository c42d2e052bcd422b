import type { Dataset } from '@graft-ml/core';
import { clusterLookAlikes, findLookAlikes } from '@graft-ml/core/audit';
import { withGroups } from '../grouping.js';
import { readThumbnails, type LookOptions } from './read-thumbnails.js';

/**
 * Groups images that look alike, so that no copy of a training image stands in the test set: resized, recompressed or
 * brightened copies, and neighbouring frames. The group's name is the `id` of its first sample; images like no other, and
 * those that cannot be read, have no group, and stand alone in a split.
 *
 * @throws AbortedError.
 * @example `splitDataset(await groupByNearDuplicates(dataset, { images: sharpImageSource() }))`
 */
export async function groupByNearDuplicates(dataset: Dataset, options: LookOptions): Promise<Dataset> {
  const { samples } = dataset;
  const clusters = clusterLookAlikes(findLookAlikes(await readThumbnails(samples, options)));
  const groups = new Map<number, string>();
  for (const cluster of clusters) {
    for (const place of cluster) groups.set(place, samples[cluster[0] as number]?.id as string);
  }
  return withGroups(dataset, (_, place) => groups.get(place));
}
