/** Logits of one sample, and what it is. */
export interface ScoredRow {
  /** One for each class, finite; any constant may be added, so logarithms of probabilities will do. */
  readonly logits: ArrayLike<number>;
  /** The index of its class. */
  readonly label: number;
  /** How much it counts. Default: 1. */
  readonly weight?: number;
}

/**
 * The temperature of least cross-entropy: what logits are to be divided by before softmax.
 *
 * @param options.smoothing - What the targets keep away from 0 and 1, as label smoothing does. Default: 0.
 * @returns Above 0. Without smoothing ask {@link hasBestTemperature} first.
 * @see Guo et al., "On calibration of modern neural networks", 2017 (oracle: oracles/evaluation.py)
 */
export function bestTemperature(rows: readonly ScoredRow[], { smoothing = 0 } = {}): number {
  const lead = meanLead(rows);
  let [low, high] = [Math.log(1e-3 / lead), Math.log(1e3 / lead)];
  // The slope of the cross-entropy by 1/T rises with it: halve the range (of logarithms) to the last digit.
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    const slope = rows.reduce((sum, row) => sum + crossEntropySlope(row, Math.exp(middle), smoothing), 0);
    if (slope < 0) low = middle;
    else high = middle;
  }
  return Math.exp(-(low + high) / 2);
}

/**
 * Whether a temperature of least cross-entropy exists: not where every sample has its own class on top (ever more certainty
 * is ever better), and not where the scores of the true classes are no better than those of the others.
 */
export function hasBestTemperature(rows: readonly ScoredRow[]): 'yes' | 'allRight' | 'noBetterThanChance' {
  const wanted = ({ logits, label }: ScoredRow) => logits[label] as number;
  if (rows.every((row) => wanted(row) === highest(row))) return 'allRight';
  const slopeOfChance = rows.reduce((sum, row) => sum + crossEntropySlope(row, 0, 0), 0);
  return slopeOfChance < 0 ? 'yes' : 'noBetterThanChance';
}

/** By how much a row's best class leads its worst, on average. */
export function meanLead(rows: readonly ScoredRow[]): number {
  const leads = rows.map((row) => highest(row) - Math.min(...Array.from(row.logits)));
  return leads.reduce((sum, value) => sum + value, 0) / leads.length;
}

function highest({ logits }: ScoredRow): number {
  return Math.max(...Array.from(logits));
}

/** How one row's cross-entropy changes with 1/T. */
function crossEntropySlope({ logits, label, weight = 1 }: ScoredRow, inverse: number, smoothing: number): number {
  const top = highest({ logits, label });
  let [total, expected, wanted] = [0, 0, 0];
  for (let k = 0; k < logits.length; k++) {
    const logit = logits[k] as number;
    const share = Math.exp(inverse * (logit - top));
    total += share;
    expected += share * logit;
    wanted += logit * (k === label ? 1 - smoothing : smoothing / (logits.length - 1));
  }
  return weight * (expected / total - wanted);
}
