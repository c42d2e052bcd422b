import { DisjointSets } from './disjoint-sets.js';
import { similarPairs } from './hash-index.js';
import { perceptualHash } from './perceptual-hash.js';

/** Two samples that look alike, by their places in the data set; `first` is below `second`. */
export interface LookAlikes {
  readonly first: number;
  readonly second: number;
  /** Correlation of their thumbnails, 0.97–1. */
  readonly similarity: number;
}

/**
 * Thumbnails must correlate by this much. Of the 46,360 pairs of a chest X-ray set, where all images look like each other,
 * two pass. Copies that were made smaller, recompressed, darkened or cut by 1 % at each side pass: docs/guides/data.md has
 * the figures, benchmarks/look-alikes.mjs measures them.
 */
const MIN_CORRELATION = 0.97;

/**
 * Finds images that look alike: their perceptual hashes differ in 10 bits of 64 or less, and their thumbnails correlate.
 *
 * @param thumbnails - A grey picture of 32×32 for each sample; undefined for those that could not be read.
 * @returns As many pairs as it takes to join all that look alike, by one step or several: fewer than there are samples, however
 *   many copies there are. Sorted by the second sample, then by the first.
 */
export function findLookAlikes(thumbnails: readonly (Uint8Array | undefined)[]): LookAlikes[] {
  const places = [...thumbnails.keys()].filter((place) => {
    const thumbnail = thumbnails[place];
    // A picture of one colour looks like every other such picture.
    return thumbnail?.some((value) => value !== thumbnail[0]) === true;
  });
  const pictures = places.map((place) => thumbnails[place] as Uint8Array);
  const sets = new DisjointSets(pictures.length);
  const found: LookAlikes[] = [];
  const compare = (a: number, b: number): void => {
    const similarity = correlation(pictures[a] as Uint8Array, pictures[b] as Uint8Array);
    if (similarity < MIN_CORRELATION) return;
    sets.join(a, b);
    found.push({ first: places[a] as number, second: places[b] as number, similarity });
  };
  similarPairs(pictures.map(perceptualHash), compare, (a, b) => sets.areJoined(a, b));
  return found.sort((x, y) => x.second - y.second || x.first - y.first);
}

/** Pearson's, which neither brightness nor contrast change. */
function correlation(a: Uint8Array, b: Uint8Array): number {
  let [sumA, sumB, squaresA, squaresB, products] = [0, 0, 0, 0, 0];
  for (let i = 0; i < a.length; i += 1) {
    const [x, y] = [a[i] as number, b[i] as number];
    sumA += x;
    sumB += y;
    squaresA += x * x;
    squaresB += y * y;
    products += x * y;
  }
  const n = a.length;
  const spread = Math.sqrt((squaresA - (sumA * sumA) / n) * (squaresB - (sumB * sumB) / n));
  return (products - (sumA * sumB) / n) / spread;
}

/**
 * Joins look-alikes into clusters: each holds what is alike by one step or by several.
 * @returns Clusters of two samples or more, each sorted, in the order of their first samples.
 */
export function clusterLookAlikes(pairs: Iterable<LookAlikes>): number[][] {
  const list = [...pairs];
  const sets = new DisjointSets(list.reduce((most, { second }) => Math.max(most, second + 1), 0));
  for (const { first, second } of list) sets.join(first, second);
  const clusters = new Map<number, number[]>();
  const members = new Set(list.flatMap(({ first, second }) => [first, second]));
  for (const place of [...members].sort((a, b) => a - b)) {
    const least = sets.leastOf(place);
    const cluster = clusters.get(least);
    if (cluster === undefined) clusters.set(least, [place]);
    else cluster.push(place);
  }
  return [...clusters.values()];
}
