import { createHash } from 'node:crypto';
import {
  describeImage,
  isGraftError,
  throwIfAborted,
  type Dataset,
  type ImageFacts,
  type ImageSource,
  type InputSize,
  type Sample,
} from '@graft-ml/core';
import { clusterLookAlikes, type LookAlikes } from '@graft-ml/core/audit';

/** Samples that show the same. */
export interface DuplicateCluster {
  readonly paths: readonly string[];
  /** The classes of the paths, in their order. */
  readonly labels: readonly string[];
  /** Whether they are labelled differently: then at least one label is wrong. */
  readonly acrossClasses: boolean;
}

/** Samples that are one image several times. */
export interface ExactDuplicates extends DuplicateCluster {
  /** `bytes`: the files are equal. `pixels`: they differ, such as in their format, but their pixels do not. */
  readonly same: 'bytes' | 'pixels';
}

/** Samples that look alike. */
export interface NearDuplicates extends DuplicateCluster {
  /** The least correlation of thumbnails along the cluster, 0.97–1. */
  readonly similarity: number;
}

/** What is known of a sample that could be read. */
export interface SeenFile {
  readonly facts: ImageFacts;
  /** SHA-256 of the bytes. */
  readonly digest: string;
  /** Size of the file. */
  readonly bytes: number;
}

/** What {@link findDuplicates} works on. */
export interface DuplicateSearch {
  /** For each sample; undefined where it cannot be read. */
  readonly files: readonly (SeenFile | undefined)[];
  readonly lookAlikes: readonly LookAlikes[];
  readonly images: ImageSource;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Sorts look-alikes into exact and near duplicates. To tell them apart each look-alike is decoded in full once, unless its size is
 * its own.
 */
export async function findDuplicates(
  { samples }: Dataset,
  search: DuplicateSearch,
): Promise<{ readonly exact: ExactDuplicates[]; readonly near: NearDuplicates[] }> {
  const { files, lookAlikes } = search;
  const exact: (readonly number[])[] = [];
  const near: (readonly number[])[] = [];
  /** For each sample with look-alikes, the first one that is the same image. */
  const firstOf = new Map<number, number>();
  for (const places of clusterLookAlikes([...pairsOfEqual(files), ...lookAlikes])) {
    const copies = await copiesAmong(places, samples, search);
    for (const same of copies) {
      for (const place of same) firstOf.set(place, same[0] as number);
      if (same.length > 1) exact.push(same);
    }
    if (copies.length > 1) near.push(places);
  }
  /** The least similarity of each sample to an earlier one that is not the same image. */
  const similarities = new Map<number, number>();
  for (const { first, second, similarity } of lookAlikes) {
    if (firstOf.get(first) === firstOf.get(second)) continue;
    similarities.set(second, Math.min(similarity, similarities.get(second) ?? 1));
  }
  return {
    exact: exact
      .sort(([a = 0], [b = 0]) => a - b)
      .map((places): ExactDuplicates => {
        const digests = new Set(places.map((place) => files[place]?.digest));
        return { ...describeCluster(places, samples), same: digests.size === 1 ? 'bytes' : 'pixels' };
      }),
    near: near.map((places): NearDuplicates => ({
      ...describeCluster(places, samples),
      similarity: places.reduce((least, place) => Math.min(least, similarities.get(place) ?? 1), 1),
    })),
  };
}

function describeCluster(places: readonly number[], samples: readonly Sample[]): DuplicateCluster {
  const members = places.map((place) => samples[place] as Sample);
  const labels = members.map(({ label }) => label);
  return {
    paths: members.map(({ source }) => describeImage(source)),
    labels,
    acrossClasses: new Set(labels).size > 1,
  };
}

/** Each sample with the first one of the same bytes. */
function pairsOfEqual(files: readonly (SeenFile | undefined)[]): LookAlikes[] {
  const firsts = new Map<string, number>();
  const pairs: LookAlikes[] = [];
  for (const [second, file] of files.entries()) {
    if (file === undefined) continue;
    const first = firsts.get(file.digest);
    if (first === undefined) firsts.set(file.digest, second);
    else pairs.push({ first, second, similarity: 1 });
  }
  return pairs;
}

/** The places of a cluster, those together that show the same image, each list sorted. */
async function copiesAmong(
  places: readonly number[],
  samples: readonly Sample[],
  { files, images, signal }: DuplicateSearch,
): Promise<number[][]> {
  const byBytes = groupBy(places, (place) => files[place]?.digest ?? `place ${place}`);
  const sizeOf = ([first = 0]: readonly number[]) => files[first]?.facts;
  const bySize = groupBy(byBytes, (same) => `${sizeOf(same)?.height ?? 0}×${sizeOf(same)?.width ?? 0}`);
  const pixels = new Map<readonly number[], string>();
  for (const candidates of bySize) {
    const { height = 0, width = 0 } = sizeOf(candidates[0] ?? []) ?? {};
    const isAlone = candidates.length === 1 || height * width === 0;
    for (const same of candidates) {
      throwIfAborted(signal);
      const place = same[0] as number;
      const { source } = samples[place] as Sample;
      const size = [height, width] as const;
      pixels.set(same, isAlone ? `place ${place}` : await pixelDigest(source, { images, signal, size }));
    }
  }
  return groupBy(byBytes, (same) => pixels.get(same) ?? '').map((equal) => equal.flat().sort((a, b) => a - b));
}

/** SHA-256 of an image's pixels. Of one that could be read a moment ago and cannot any more, a text like no other. */
async function pixelDigest(
  source: Sample['source'],
  { images, signal, size }: Pick<DuplicateSearch, 'images' | 'signal'> & { readonly size: InputSize },
): Promise<string> {
  try {
    const bytes = await images.read(source, { signal });
    const { data } = await images.decode(bytes, { size, interpolation: 'bilinear' });
    return createHash('sha256').update(data).digest('hex');
  } catch (error) {
    if (!isGraftError(error) || error.code !== 'IMAGE') throw error;
    return `unreadable ${describeImage(source)}`;
  }
}

/** Items with equal keys together, in the order of the first of each. */
function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Item[][] {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return [...groups.values()];
}
