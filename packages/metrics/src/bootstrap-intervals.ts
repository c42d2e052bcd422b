import { type BootstrapInterval, intervalOf } from './bootstrap-interval.js';
import { refuse } from './refuse.js';
import { prepareResampling, type ResamplingOptions } from './resampling.js';

/** What {@link bootstrapIntervals} takes beside figures. */
export interface BootstrapIntervalsOptions extends ResamplingOptions {
  /** How many samples there are, 1 or more. */
  readonly n: number;
}

/** One of many intervals. */
export interface FigureBootstrapInterval extends BootstrapInterval {
  /** In how many of the resamples the figure was defined: its interval comes from these. */
  readonly resamples: number;
}

/**
 * Confidence intervals of many figures from the same resamples, by drawing samples anew with replacement. Much faster than
 * one `bootstrapInterval` for each, for figures that can be counted with weights. For two models' difference on the same
 * samples (a paired bootstrap), let a figure be that difference.
 *
 * @param figures - Called with how often each sample was drawn, shape `[n]`; returns so many figures each time, NaN where one is
 *   undefined, as an area under the curve is in a resample without positives.
 * @returns An interval for each figure, from the resamples that define it. All NaN for a figure that the samples themselves do
 *   not define.
 * @throws RangeError if an option is out of range, a group spans strata, or the number of figures changes.
 * @see Efron & Tibshirani (1993), chapters 13 and 14; SciPy `bootstrap` (oracle: oracles/evaluation.py)
 * @example
 * const right = [1, 0, 1, 1]; // the share of right answers
 * bootstrapIntervals((counts) => [right.reduce((sum, hit, i) => sum + hit * counts[i], 0) / 4], { n: 4 })[0].estimate; // 0.75
 */
export function bootstrapIntervals(
  figures: (counts: Float64Array) => ArrayLike<number>,
  { n, ...options }: BootstrapIntervalsOptions,
): FigureBootstrapInterval[] {
  const { units, draw, leaveOneOut, expand, resamples, confidence, method } = prepareResampling(n, options);
  const counts = new Float64Array(n);
  const evaluate = (chosen: ArrayLike<number>): number[] => {
    counts.fill(0);
    const samples = expand(chosen);
    for (let i = 0; i < samples.length; i++) counts[samples[i] as number]!++;
    return Array.from(figures(counts));
  };
  const estimates = evaluate(units);
  const evaluateAll = (chosen: ArrayLike<number>): number[] => {
    const values = evaluate(chosen);
    if (values.length !== estimates.length) {
      refuse(`figures returned ${estimates.length} numbers, then ${values.length}; return NaN for what is undefined`);
    }
    return values;
  };
  const drawn = Array.from({ length: resamples }, () => evaluateAll(draw()));
  const left = method === 'bca' ? Array.from(leaveOneOut(), evaluateAll) : undefined;
  return estimates.map((estimate, figure) => {
    const defined = (rows: readonly number[][]) =>
      rows.map((row) => row[figure] as number).filter((value) => !Number.isNaN(value));
    const distribution = Float64Array.from(defined(drawn));
    if (Number.isNaN(estimate) || distribution.length === 0) {
      return { estimate, lower: NaN, upper: NaN, confidence, standardError: NaN, resamples: distribution.length };
    }
    const interval = intervalOf({ distribution, estimate, leaveOneOut: left && defined(left), confidence });
    return { ...interval, resamples: distribution.length };
  });
}
