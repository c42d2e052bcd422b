import { checkColumns } from './columns.js';
import type { Labels } from './label.js';
import { normalCdf } from './normal.js';

/** What {@link mcnemarTest} takes. */
export interface McnemarTestInput {
  /** True class labels, shape `[n]`. */
  readonly yTrue: Labels;
  /** Labels predicted by the first model, same shape. */
  readonly yPredA: Labels;
  /** Labels predicted by the second model, same shape. */
  readonly yPredB: Labels;
  /** The exact binomial test (true, the default) or the chi-square test (false). */
  readonly exact?: boolean | undefined;
  /** Corrects the chi-square test for continuity. Default true. */
  readonly correction?: boolean | undefined;
}

/** What {@link mcnemarTest} found. */
export interface McnemarTest {
  /** Samples that only the first model got right. */
  readonly onlyA: number;
  /** Samples that only the second model got right. */
  readonly onlyB: number;
  /** The lesser of the two counts (exact), or chi-square with one degree of freedom. */
  readonly statistic: number;
  /** Chance of a difference at least as large if both models err equally often, 0 to 1. */
  readonly pValue: number;
}

/**
 * McNemar's test: do two models differ in accuracy on the same samples?
 *
 * @returns Counts of disagreement, the statistic and its two-sided p-value; 1 if the models never differ in being right.
 * @throws RangeError if the lengths differ or nothing is given.
 * @see McNemar (1947); SciPy `binomtest` and `chi2.sf`, statsmodels `mcnemar` (oracles: oracles/metrics.py, oracles/evaluation.py).
 *   Models that err equally often have a corrected statistic of 0, as in R; statsmodels has more, and infinity for none.
 * @example
 * mcnemarTest({ yTrue: [1, 1, 1, 1], yPredA: [1, 1, 1, 0], yPredB: [0, 0, 0, 0] }).pValue; // 0.25
 */
export function mcnemarTest({ yTrue, yPredA, yPredB, exact = true, correction = true }: McnemarTestInput): McnemarTest {
  const n = checkColumns({ yTrue, yPredA, yPredB });
  let onlyA = 0;
  let onlyB = 0;
  for (let i = 0; i < n; i++) {
    const rightA = yPredA[i] === yTrue[i];
    const rightB = yPredB[i] === yTrue[i];
    if (rightA && !rightB) onlyA++;
    else if (rightB && !rightA) onlyB++;
  }
  const either = onlyA + onlyB;
  const fewer = Math.min(onlyA, onlyB);
  if (exact) return { onlyA, onlyB, statistic: fewer, pValue: Math.min(1, 2 * coinTail(fewer, either)) };
  const distance = Math.max(Math.abs(onlyA - onlyB) - (correction ? 1 : 0), 0);
  const statistic = either === 0 ? 0 : distance ** 2 / either;
  return { onlyA, onlyB, statistic, pValue: 2 * normalCdf(-Math.sqrt(statistic)) };
}

/** Chance of at most `k` heads in `n` throws of a fair coin. */
function coinTail(k: number, n: number): number {
  // The greatest term, that of k heads, by logarithms; the others by ratio, downwards.
  let logTerm = -n * Math.LN2;
  for (let i = 1; i <= k; i++) logTerm += Math.log((n - k + i) / i);
  let term = Math.exp(logTerm);
  let total = 0;
  for (let i = k; i >= 0 && term > 0; i--) {
    total += term;
    term *= i / (n - i + 1);
  }
  return total;
}
