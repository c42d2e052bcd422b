import { checkColumns } from './columns.js';
import { internLabels } from './intern-labels.js';
import type { Labels } from './label.js';
import { randomIntegers } from './random-bits.js';
import { checkOption, checkShare, checkWhole, refuse } from './refuse.js';

/** Options of every bootstrap. */
export interface ResamplingOptions {
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

/** Samples to be drawn anew with replacement. A unit is what is drawn as a whole: a sample, or a group of them. */
export interface Resampling {
  /** Every unit once. */
  readonly units: number[];
  /** The units of the next resample; valid until the next call. */
  readonly draw: () => Int32Array;
  /** For the jackknife: the units but one, or, where there are very many, but one of many blocks of them. */
  readonly leaveOneOut: () => Generator<number[]>;
  /** The samples of some units. */
  readonly expand: (units: ArrayLike<number>) => ArrayLike<number>;
  readonly resamples: number;
  readonly confidence: number;
  readonly method: 'bca' | 'percentile';
}

/** Above this many units, BCa leaves out blocks instead of single ones to estimate skewness. */
const maxJackknife = 1000;

/** Checks the options of a bootstrap of `n` samples, and prepares its draws. */
export function prepareResampling(n: number, options: ResamplingOptions): Resampling {
  const { seed = 0, confidence = 0.95, resamples = 2000, method = 'bca', stratify, groups } = options;
  checkShare('confidence', confidence, true);
  checkOption('method', method, ['bca', 'percentile']);
  checkWhole('resamples', resamples);
  const { strata, expand } = splitUnits(n, stratify, groups);
  const units = strata.flatMap((stratum) => [...stratum]);
  const random = randomIntegers(seed);
  const drawn = new Int32Array(units.length);
  return {
    units,
    expand,
    resamples,
    confidence,
    method,
    draw() {
      let place = 0;
      for (const stratum of strata) {
        for (let i = 0; i < stratum.length; i++) drawn[place++] = stratum[random(stratum.length)] as number;
      }
      return drawn;
    },
    *leaveOneOut() {
      const count = Math.min(units.length, maxJackknife);
      for (let left = 0; count > 1 && left < count; left++) yield units.filter((_, i) => i % count !== left);
    },
  };
}

/** Numbers what is drawn as a whole, by stratum. */
function splitUnits(
  n: number,
  stratify: Labels | undefined,
  groups: Labels | undefined,
): { strata: Int32Array[]; expand: Resampling['expand'] } {
  checkColumns({ samples: { length: n }, ...(stratify && { stratify }), ...(groups && { groups }) });
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
