import type { Interval } from './interval.js';
import { normalQuantile } from './normal.js';
import { checkShare, checkWhole, refuse } from './refuse.js';

/** Options of {@link wilsonInterval}. */
export interface WilsonIntervalOptions {
  /** The share of such intervals that hold the true value. Default 0.95. */
  readonly confidence?: number | undefined;
  /** Corrects for continuity, which widens the interval. Default false. */
  readonly correction?: boolean | undefined;
}

/**
 * Wilson's score interval of a share, such as an accuracy. It stays within 0 to 1 and works for small samples.
 *
 * @param successes - How often it happened, a whole number of 0 to `n`.
 * @param n - How often it could have happened, 1 or more.
 * @returns The share and the ends of its interval, 0 to 1.
 * @throws RangeError if the counts or the confidence are out of range.
 * @see Wilson (1927); Newcombe (1998), methods 3 and 4; SciPy `binomtest(…).proportion_ci` (oracle: oracles/metrics.py)
 * @example
 * wilsonInterval(5, 10); // { estimate: 0.5, lower: 0.236593090512564, upper: 0.763406909487436, confidence: 0.95 }
 */
export function wilsonInterval(successes: number, n: number, options: WilsonIntervalOptions = {}): Interval {
  const { confidence = 0.95, correction = false } = options;
  checkShare('confidence', confidence, true);
  checkWhole('n', n);
  checkWhole('successes', successes, 0);
  if (successes > n) refuse(`successes is ${successes} but n is ${n}; expected at most n`);
  const p = successes / n;
  const z = normalQuantile((1 + confidence) / 2);
  const end = (sign: 1 | -1): number => {
    if (successes === (sign < 0 ? 0 : n)) return sign < 0 ? 0 : 1;
    const root = z ** 2 + (correction ? 2 * sign - 1 / n + 4 * p * (n * (1 - p) - sign) : 4 * n * p * (1 - p));
    return (2 * n * p + z ** 2 + sign * ((correction ? 1 : 0) + z * Math.sqrt(root))) / (2 * (n + z ** 2));
  };
  return { estimate: p, lower: end(-1), upper: end(1), confidence };
}
