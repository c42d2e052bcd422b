import type { AuditInterval } from './audit-report.js';

// Two kinds of percentiles, each as its figures were first published: between two neighbours for probes, which have NaN among
// their draws, and the nearest draw for the test on other data.

const confidence = 0.95;
const tail = (1 - confidence) / 2;

/** The middle 95 % of draws, by linear interpolation between neighbours, as numpy's `percentile`. NaN among them counts nothing. */
export function interpolatedInterval(draws: readonly number[]): AuditInterval {
  const sorted = Float64Array.from(draws.filter((value) => !Number.isNaN(value))).sort();
  const at = (share: number) => {
    const place = share * (sorted.length - 1);
    const low = sorted[Math.floor(place)]!;
    return low + (place - Math.floor(place)) * (sorted[Math.ceil(place)]! - low);
  };
  return { low: at(tail), high: at(1 - tail) };
}

/** The middle 95 % of draws, by the draw whose rank is nearest, as numpy's `percentile` with `method="nearest"`. */
export function nearestRankInterval(draws: Iterable<number>): AuditInterval {
  const sorted = Float64Array.from(draws).sort();
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))]!;
  return { low: at(tail), high: at(1 - tail) };
}
