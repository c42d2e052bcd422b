import { checkOption, checkWhole } from './refuse.js';

/** How probabilities are put into bins. */
export interface BinOptions {
  /** How many bins, 1 or more. */
  readonly nBins?: number | undefined;
  /** Bins of equal width (`uniform`, default) or with equally many samples (`quantile`). */
  readonly strategy?: 'uniform' | 'quantile' | undefined;
}

/** Returns the bin of each probability. A bin holds its upper edge, not its lower one. */
export function assignBins(
  probabilities: ArrayLike<number>,
  { nBins = 5, strategy = 'uniform' }: BinOptions,
): (probability: number) => number {
  checkWhole('nBins', nBins);
  checkOption('strategy', strategy, ['uniform', 'quantile']);
  const step = 1 / nBins;
  let edges = Array.from({ length: nBins - 1 }, (_, i) => (i + 1) * step);
  if (strategy === 'quantile') {
    const sorted = Float64Array.from(probabilities).sort();
    edges = edges.map((edge) => quantile(sorted, (edge * 100) / 100));
  }
  return (probability) => {
    let low = 0;
    let high = edges.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((edges[middle] as number) < probability) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}

/** The `q`-quantile (0 to 1) of sorted numbers, with linear interpolation, as NumPy's default. */
export function quantile(sorted: ArrayLike<number>, q: number): number {
  const place = q * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below] as number;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number;
  const part = place - below;
  return part >= 0.5 ? high - (high - low) * (1 - part) : low + (high - low) * part;
}
