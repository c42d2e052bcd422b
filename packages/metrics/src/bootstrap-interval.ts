import { bootstrapEnds } from './bootstrap-ends.js';
import { checkColumns } from './columns.js';
import { type Column, gather } from './gather.js';
import type { Interval } from './interval.js';
import { refuse } from './refuse.js';
import { prepareResampling, type ResamplingOptions } from './resampling.js';
import { sum } from './sum.js';

/** Options of {@link bootstrapInterval}. */
export type BootstrapIntervalOptions = ResamplingOptions;

/** A bootstrap interval, and how the metric varied. */
export interface BootstrapInterval extends Interval {
  /** Standard deviation of the metric over the resamples. */
  readonly standardError: number;
}

/**
 * Confidence interval of any metric, by drawing samples anew with replacement.
 *
 * @param metric - Called with columns like `columns`; returns one number.
 * @param columns - What the metric takes, each with one entry for each sample: labels, scores or rows of scores.
 * @returns The metric of the columns and the ends of its interval. Where the metric hardly varies BCa is undefined and quantiles are taken.
 * @throws RangeError if the lengths differ, nothing is given, an option is out of range, a group spans strata, or the metric is NaN.
 * @see Efron & Tibshirani (1993), chapter 14; SciPy `bootstrap` (oracle: oracles/metrics.py). Above 1000 samples (or groups)
 *   the acceleration comes from 1000 blocks.
 * @see `bootstrapIntervals` for many figures from the same resamples
 * @example
 * bootstrapInterval(accuracyScore, [['a', 'b', 'b', 'a'], ['a', 'b', 'a', 'a']], { seed: 42 }).estimate; // 0.75
 */
export function bootstrapInterval<Columns extends Column[]>(
  metric: (...columns: Columns) => number,
  columns: readonly [...Columns],
  options: BootstrapIntervalOptions = {},
): BootstrapInterval {
  const n = checkColumns(Object.fromEntries(columns.map((column, i) => [`columns[${i}]`, column])));
  const { units, draw, leaveOneOut, expand, resamples, confidence, method } = prepareResampling(n, options);
  const evaluate = (chosen: ArrayLike<number>): number => {
    const samples = expand(chosen);
    const value = metric(...(columns.map((column) => gather(column, samples)) as Columns));
    if (Number.isNaN(value)) refuse('the metric is NaN on a resample; pass stratify: yTrue');
    return value;
  };
  const estimate = evaluate(units);
  const distribution = new Float64Array(resamples).map(() => evaluate(draw()));
  const left = method === 'bca' ? Array.from(leaveOneOut(), evaluate) : undefined;
  return intervalOf({ distribution, estimate, leaveOneOut: left, confidence });
}

/** Ends and spread of one figure's distribution, which is sorted on the way. */
export function intervalOf(input: {
  distribution: Float64Array;
  estimate: number;
  leaveOneOut: readonly number[] | undefined;
  confidence: number;
}): BootstrapInterval {
  const { distribution, estimate, confidence } = input;
  distribution.sort();
  const { lower, upper } = bootstrapEnds(input);
  const mean = sum(distribution) / distribution.length;
  const variance = sum(distribution.map((value) => (value - mean) ** 2)) / Math.max(distribution.length - 1, 1);
  return { estimate, lower, upper, confidence, standardError: Math.sqrt(variance) };
}
