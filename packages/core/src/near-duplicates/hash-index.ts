import { countBits, type PerceptualHash } from './perceptual-hash.js';

const BANDS = 4;
const BAND_BITS = 16;
const BUCKETS = 1 << BAND_BITS;

/** Hashes may differ in this many bits; see {@link similarPairs}. */
const MAX_DISTANCE = 10;

/** Every difference of at most 2 bits within a band: 1 + 16 + 120. */
const NEARBY = nearbyDifferences();

/** The end of a bucket's list. */
const NONE = -1;

/**
 * Finds all pairs of hashes that differ in 10 bits or less, without comparing all with all: of four bands of 16 bits, one
 * at least differs in 2 bits or less, so only the 137 buckets around each band are looked into.
 *
 * @param onPair - Called once for each pair, the first index below the second, in the order of the second.
 * @param isKnown - Pairs for which it is true are passed over: of a thousand copies nobody wants half a million pairs. Default: none.
 */
export function similarPairs(
  hashes: readonly PerceptualHash[],
  onPair: (first: number, second: number) => void,
  isKnown: (first: number, second: number) => boolean = () => false,
): void {
  const count = hashes.length;
  // Buckets are lists: `heads` holds each one's latest member, `links` the member before.
  const heads = new Int32Array(BANDS * BUCKETS).fill(NONE);
  const links = new Int32Array(BANDS * count);
  const highs = Uint32Array.from(hashes, ({ high }) => high);
  const lows = Uint32Array.from(hashes, ({ low }) => low);
  for (let second = 0; second < count; second += 1) {
    const [high, low] = [highs[second] as number, lows[second] as number];
    const found = new Set<number>();
    for (let band = 0; band < BANDS; band += 1) {
      const half = band < 2 ? high : low;
      const value = band % 2 === 0 ? half >>> BAND_BITS : half & (BUCKETS - 1);
      for (let i = 0; i < NEARBY.length; i += 1) {
        const bucket = band * BUCKETS + (value ^ (NEARBY[i] as number));
        for (let first = heads[bucket] as number; first !== NONE; first = links[band * count + first] as number) {
          const distance = countBits((highs[first] as number) ^ high) + countBits((lows[first] as number) ^ low);
          if (distance > MAX_DISTANCE || isKnown(first, second) || found.has(first)) continue;
          found.add(first);
          onPair(first, second);
        }
      }
      links[band * count + second] = heads[band * BUCKETS + value] as number;
      heads[band * BUCKETS + value] = second;
    }
  }
}

function nearbyDifferences(): Uint16Array {
  const differences = [0];
  for (let a = 0; a < BAND_BITS; a += 1) {
    differences.push(1 << a);
    for (let b = 0; b < a; b += 1) differences.push((1 << a) | (1 << b));
  }
  return Uint16Array.from(differences);
}
