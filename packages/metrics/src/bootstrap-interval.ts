import { bootstrapEnds } from './bootstrap-ends.js';
import { checkColumns } from './columns.js';
import { type Column, gather } from './gather.js';
import type { Interval } from './interval.js';
import { internLabels } from './intern-labels.js';
import type { Labels } from './label.js';
import { randomIntegers } from './random-bits.js';
import { checkOption, checkShare, checkWhole, refuse } from './refuse.js';
import { sum } from './sum.js';

/** Options of {@link bootstrapInterval}. */
export interface BootstrapIntervalOptions {
  /** Seeds the draws, a whole number; the same seed gives the same interval. Default 0. */
  readonly seed?: number | undefined;
  /** The share of such intervals that should hold the true value. Default 0.95. */
  readonly confidence?: number | undefined;
  /** How many resamples to draw, 1 or more. Default 2000. */
  readonly resamples?: number | undefined;
  /** Bias-corrected and accelerated (`bca`, default), or plain quantiles of the resamples (`percentile`). */
  readonly method?: 'bca' | 'percentile' | undefined;
  /** Draws from each of these classes as often as it occurs, shape `[n]`. Pass `yTrue` for metrics that need every class. */
  readonly stratify?: Labels | undefined;
  /** Draws whole groups, shape `[n]`: for samples that belong together, such as the images of one patient. */
  readonly groups?: Labels | undefined;
}

/** A bootstrap interval, and how the metric varied. */
export interface BootstrapInterval extends Interval {
  /** Standard deviation of the metric over the resamples. */
  readonly standardError: number;
}

/** Above this many units, BCa leaves out blocks instead of single ones to estimate skewness. */
const maxJackknife = 1000;

/**
 * Confidence interval of any metric, by drawing samples anew with replacement.
 *
 * @param metric - Called with columns like `columns`; returns one number.
 * @param columns - What the metric takes, each with one entry for each sample: labels, scores or rows of scores.
 * @returns The metric of the columns and the ends of its interval. Where the metric hardly varies BCa is undefined and quantiles are taken.
 * @throws RangeError if the lengths differ, nothing is given, an option is out of range, a group spans strata, or the metric is NaN.
 * @see Efron & Tibshirani (1993), chapter 14; SciPy `bootstrap` (oracle: oracles/metrics.py). Above 1000 samples (or groups)
 *   the acceleration comes from 1000 blocks.
 * @example
 * bootstrapInterval(accuracyScore, [['a', 'b', 'b', 'a'], ['a', 'b', 'a', 'a']], { seed: 42 }).estimate; // 0.75
 */
export function bootstrapInterval<Columns extends Column[]>(
  metric: (...columns: Columns) => number,
  columns: readonly [...Columns],
  options: BootstrapIntervalOptions = {},
): BootstrapInterval {
  const { seed = 0, confidence = 0.95, resamples = 2000, method = 'bca', stratify, groups } = options;
  checkShare('confidence', confidence, true);
  checkOption('method', method, ['bca', 'percentile']);
  checkWhole('resamples', resamples);
  const named = Object.fromEntries(columns.map((column, i) => [`columns[${i}]`, column]));
  const n = checkColumns({ ...named, ...(stratify && { stratify }), ...(groups && { groups }) });
  const { strata, expand } = splitUnits(n, stratify, groups);
  const units = strata.flatMap((stratum) => [...stratum]);
  const random = randomIntegers(seed);

  const evaluate = (chosen: ArrayLike<number>): number => {
    const samples = expand(chosen);
    const value = metric(...(columns.map((column) => gather(column, samples)) as Columns));
    if (Number.isNaN(value)) refuse('the metric is NaN on a resample; pass stratify: yTrue');
    return value;
  };
  const estimate = evaluate(units);
  const distribution = new Float64Array(resamples);
  const drawn = new Int32Array(units.length);
  for (let b = 0; b < resamples; b++) {
    let place = 0;
    for (const stratum of strata) {
      for (let i = 0; i < stratum.length; i++) drawn[place++] = stratum[random(stratum.length)] as number;
    }
    distribution[b] = evaluate(drawn);
  }
  distribution.sort();
  const leaveOneOut = method === 'bca' ? jackknife(units, evaluate) : undefined;
  const { lower, upper } = bootstrapEnds({ distribution, estimate, leaveOneOut, confidence });
  const mean = sum(distribution) / resamples;
  const variance = sum(distribution.map((value) => (value - mean) ** 2)) / Math.max(resamples - 1, 1);
  return { estimate, lower, upper, confidence, standardError: Math.sqrt(variance) };
}

/** Numbers what is drawn as a whole (single samples, or groups), by stratum; `expand` lists the samples of such units. */
function splitUnits(
  n: number,
  stratify: Labels | undefined,
  groups: Labels | undefined,
): { strata: Int32Array[]; expand: (units: ArrayLike<number>) => ArrayLike<number> } {
  const stratumOf = stratify ? (internLabels({ stratify }).codes[0] as Int32Array) : new Int32Array(n);
  const grouped = groups && internLabels({ groups });
  const members = grouped?.labels.map((): number[] => []);
  for (let i = 0; members && i < n; i++) members[grouped?.codes[0]?.[i] as number]?.push(i);
  const strata: number[][] = [];
  for (let unit = 0; unit < (members?.length ?? n); unit++) {
    const samples = members?.[unit] ?? [unit];
    const stratum = stratumOf[samples[0] as number] as number;
    if (samples.some((sample) => stratumOf[sample] !== stratum)) {
      refuse(`group ${JSON.stringify(grouped?.labels[unit])} is in several strata; pass one stratum for each group`);
    }
    (strata[stratum] ??= []).push(unit);
  }
  return {
    strata: strata.map((stratum) => Int32Array.from(stratum)),
    expand: (units) => (members ? Array.from(units, (unit) => members[unit] as number[]).flat() : units),
  };
}

/** The metric without each unit in turn, or, where there are very many, without each of many blocks of them. */
function jackknife(units: number[], evaluate: (units: number[]) => number): number[] {
  const count = Math.min(units.length, maxJackknife);
  if (count < 2) return [];
  return Array.from({ length: count }, (_, left) => evaluate(units.filter((__, i) => i % count !== left)));
}
