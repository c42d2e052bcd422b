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
 * @returns Pairs, sorted by the second sample, then by the first.
 */
export function findLookAlikes(thumbnails: readonly (Uint8Array | undefined)[]): LookAlikes[] {
  const places = [...thumbnails.keys()].filter((place) => {
    const thumbnail = thumbnails[place];
    // A picture of one colour looks like every other such picture.
    return thumbnail?.some((value) => value !== thumbnail[0]) === true;
  });
  const pictures = places.map((place) => thumbnails[place] as Uint8Array);
  const found: LookAlikes[] = [];
  similarPairs(pictures.map(perceptualHash), (a, b) => {
    const similarity = correlation(pictures[a] as Uint8Array, pictures[b] as Uint8Array);
    if (similarity < MIN_CORRELATION) return;
    found.push({ first: places[a] as number, second: places[b] as number, similarity });
  });
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
  const parents = new Map<number, number>();
  const rootOf = (place: number): number => {
    let root = place;
    for (let parent = parents.get(root); parent !== undefined && parent !== root; parent = parents.get(root))
      root = parent;
    parents.set(place, root);
    return root;
  };
  for (const { first, second } of pairs) {
    const [a, b] = [rootOf(first), rootOf(second)];
    parents.set(Math.max(a, b), Math.min(a, b));
    parents.set(Math.min(a, b), Math.min(a, b));
  }
  const clusters = new Map<number, number[]>();
  for (const place of [...parents.keys()].sort((a, b) => a - b)) {
    const root = rootOf(place);
    const cluster = clusters.get(root);
    if (cluster === undefined) clusters.set(root, [place]);
    else cluster.push(place);
  }
  return [...clusters.values()];
}
