import type { DatasetSplit, Sample } from '@graft-ml/core';
import { findLookAlikes } from '@graft-ml/core/audit';
import { readThumbnails, type LookOptions } from './read-thumbnails.js';

/** Two images that look alike and stand on two sides of a split. */
export interface LeakedPair {
  readonly first: Sample;
  readonly firstSide: keyof DatasetSplit;
  readonly second: Sample;
  readonly secondSide: keyof DatasetSplit;
}

/** Larger sets are not looked through unasked: that takes longer than a second for each 500 images or so. */
const MAX_SAMPLES = 1000;

/** Pairs that are named; the rest is counted. */
const NAMED = 5;

/**
 * Warns, by name, of images that look alike and stand on two sides of a split that was made without groups. Looks at sets
 * of up to 1,000 images on this machine; says so of larger ones.
 */
export async function warnOfLeaks(
  split: DatasetSplit,
  options: LookOptions & { readonly onWarning: (message: string) => void },
): Promise<void> {
  const sides = new Map<Sample, keyof DatasetSplit>();
  for (const side of ['train', 'validation', 'test'] as const) {
    for (const sample of split[side]?.samples ?? []) sides.set(sample, side);
  }
  const samples = [...sides.keys()];
  // Groups say what belongs together; and nothing is fetched for a warning.
  if (samples.some(({ group, source }) => group !== undefined || source instanceof URL)) return;
  if (samples.length > MAX_SAMPLES) {
    options.onWarning(
      `near duplicates were not looked for among ${samples.length} images; graft dataset check does, and --group-by near-duplicates keeps them together`,
    );
    return;
  }
  const pairs = findLookAlikes(await readThumbnails(samples, options)).flatMap(({ first, second }): LeakedPair[] => {
    const [a, b] = [samples[first] as Sample, samples[second] as Sample];
    const [firstSide, secondSide] = [sides.get(a), sides.get(b)];
    if (firstSide === undefined || secondSide === undefined || firstSide === secondSide) return [];
    return [{ first: a, firstSide, second: b, secondSide }];
  });
  if (pairs.length === 0) return;
  const named = pairs.slice(0, NAMED).map(({ first, firstSide, second, secondSide }) => {
    return `${first.id} (${firstSide}) and ${second.id} (${secondSide})`;
  });
  const more = pairs.length > NAMED ? `, and ${pairs.length - NAMED} more pairs` : '';
  options.onWarning(
    `near duplicates stand on two sides of the split: ${named.join('; ')}${more}; --group-by near-duplicates keeps them together`,
  );
}
