import { createHash } from 'node:crypto';
import { describeImage, type Dataset, type ImageFacts, type ImageSource, type Sample } from '@graft-ml/core';
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

/** Thumbnails of equal pixels differ by rounding at most. */
const SAME_PIXELS_SIMILARITY = 0.999;

/** Sorts look-alikes into exact and near duplicates. */
export async function findDuplicates(
  { samples }: Dataset,
  search: DuplicateSearch,
): Promise<{ readonly exact: ExactDuplicates[]; readonly near: NearDuplicates[] }> {
  const { files } = search;
  const sameBytes = pairsOfEqual(files);
  const samePixels: LookAlikes[] = [];
  for (const pair of search.lookAlikes) if (await haveEqualPixels(pair, samples, search)) samePixels.push(pair);
  const clusters = clusterLookAlikes([...sameBytes, ...samePixels]);
  const exact = clusters.map((places): ExactDuplicates => {
    const digests = new Set(places.map((place) => files[place]?.digest));
    return { ...describeCluster(places, samples), same: digests.size === 1 ? 'bytes' : 'pixels' };
  });
  const clusterOf = new Map(clusters.flatMap((places, number) => places.map((place) => [place, number] as const)));
  const onlyAlike = search.lookAlikes.filter(({ first, second }) => {
    const cluster = clusterOf.get(first);
    return cluster === undefined || cluster !== clusterOf.get(second);
  });
  const near = clusterLookAlikes(onlyAlike).map((places): NearDuplicates => {
    const members = new Set(places);
    const similarities = onlyAlike.filter(({ first }) => members.has(first)).map(({ similarity }) => similarity);
    return { ...describeCluster(places, samples), similarity: Math.min(...similarities) };
  });
  return { exact, near };
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

/** Decodes both in full, where everything else is equal. */
async function haveEqualPixels(
  { first, second, similarity }: LookAlikes,
  samples: readonly Sample[],
  { files, images, signal }: DuplicateSearch,
): Promise<boolean> {
  const [a, b] = [files[first], files[second]];
  if (a === undefined || b === undefined || similarity < SAME_PIXELS_SIMILARITY) return false;
  if (a.digest === b.digest) return true;
  if (a.facts.height !== b.facts.height || a.facts.width !== b.facts.width) return false;
  const size = [a.facts.height, a.facts.width] as const;
  const digests = [];
  for (const place of [first, second]) {
    const bytes = await images.read((samples[place] as Sample).source, { signal });
    const { data } = await images.decode(bytes, { size, interpolation: 'bilinear' });
    digests.push(createHash('sha256').update(data).digest('hex'));
  }
  return digests[0] === digests[1];
}
