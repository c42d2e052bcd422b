import { type ChosenClassCounts, poolClasses } from './class-counts.js';
import { checkOption } from './refuse.js';
import { sum } from './sum.js';

/** What a score is when its denominator is 0: the number 0, 1 or NaN, or `warn` for 0 and a call of `onWarning`. */
export type ZeroDivision = number | 'warn';

/** How a metric deals with division by zero. */
export interface ZeroDivisionOptions {
  /** The score where nothing can be divided: 0, 1, NaN (left out of averages) or `warn` (0, and `onWarning` is called). Default `warn`. */
  readonly zeroDivision?: ZeroDivision | undefined;
  /** Receives warnings, one line each. Default: they are dropped; this library never writes to the console. */
  readonly onWarning?: ((message: string) => void) | undefined;
}

/** Counts of one class against the rest: right predictions, all predictions, all samples of the class, all samples. */
export interface OneClassCounts {
  readonly hits: number;
  readonly predicted: number;
  readonly actual: number;
  readonly total: number;
}

/** A score of one class as a fraction of counts. */
export interface Rate {
  /** Name for warnings. */
  readonly name: string;
  /** Which samples a class lacks when the denominator is 0: `predicted`, `true`, … */
  readonly lacking: string;
  /** Returns numerator and denominator. */
  readonly of: (counts: OneClassCounts) => readonly [number, number];
}

/** The score of each class. */
export function ratePerClass(counts: ChosenClassCounts, rate: Rate, options: ZeroDivisionOptions): number[] {
  const { zeroDivision = 'warn', onWarning } = options;
  checkOption('zeroDivision', zeroDivision, [0, 1, NaN, 'warn']);
  let undefinedScores = 0;
  const scores = counts.hits.map((hits, i) => {
    const { total, predicted, actual } = counts;
    const [numerator, denominator] = rate.of({
      hits,
      predicted: predicted[i] as number,
      actual: actual[i] as number,
      total,
    });
    if (denominator !== 0) return numerator / denominator;
    undefinedScores++;
    return zeroDivision === 'warn' ? 0 : zeroDivision;
  });
  if (undefinedScores > 0 && zeroDivision === 'warn') {
    onWarning?.(
      `${rate.name} is undefined and set to 0 where there are no ${rate.lacking} samples; pass zeroDivision to choose`,
    );
  }
  return scores;
}

/** Mean without NaN, weighted if weights are given and not all zero: what scikit-learn averages scores with. */
export function meanScore(scores: readonly number[], weights?: readonly number[]): number {
  const isValid = (_: unknown, i: number) => !Number.isNaN(scores[i]);
  const valid = scores.filter(isValid);
  // NumPy's nanmean adds zeros in place of NaN, which rounds otherwise than leaving them out.
  if (!weights) return sum(scores.map((score) => score || 0)) / valid.length;
  const kept = weights.filter(isValid);
  const scale = sum(kept);
  return scale === 0 ? sum(valid) / valid.length : sum(valid.map((score, i) => score * (kept[i] as number))) / scale;
}

/** One number for all classes. */
export function averageRate(
  counts: ChosenClassCounts,
  rate: Rate,
  options: ZeroDivisionOptions & { average: 'micro' | 'macro' | 'weighted' },
): number {
  const { average } = options;
  const scores = ratePerClass(average === 'micro' ? poolClasses(counts) : counts, rate, options);
  return meanScore(scores, average === 'weighted' ? counts.actual : undefined);
}
