import { averageRate, type Rate, ratePerClass, type ZeroDivisionOptions } from './average.js';
import { type ChosenClassCounts, countClasses } from './class-counts.js';
import type { WeightOptions } from './columns.js';
import type { Label, Labels } from './label.js';
import { checkPosLabel } from './positive-class.js';
import { checkOption, quoteLabels, refuse } from './refuse.js';

/** How the scores of classes become one: `binary` takes the positive class alone, `none` keeps them all. */
export type Average = 'binary' | 'micro' | 'macro' | 'weighted' | 'none';

/** Options of every score that takes one class against the rest. */
export interface AveragedScoreOptions<A extends Average = Average> extends WeightOptions, ZeroDivisionOptions {
  /** `binary` (default, two classes), `micro`, `macro`, `weighted`, or `none` for one score per class. */
  readonly average?: A | undefined;
  /** The classes to score and their order; may leave some out. Default: every label that occurs, sorted. Unused by `binary`. */
  readonly labels?: Labels | undefined;
  /** The positive class of `binary`. Default 1. */
  readonly posLabel?: Label | undefined;
}

/** Options that yield one score for each class. */
export type PerClassOptions = AveragedScoreOptions & { readonly average: 'none' };

/** Options that yield one score. */
export type SingleScoreOptions = AveragedScoreOptions<Exclude<Average, 'none'>>;

const averages: readonly Average[] = ['binary', 'micro', 'macro', 'weighted', 'none'];

/** Counts the classes that an averaged score is about. */
export function countScoredClasses(yTrue: Labels, yPred: Labels, options: AveragedScoreOptions): ChosenClassCounts {
  const { average = 'binary', posLabel = 1, labels, sampleWeight } = options;
  checkOption('average', average, averages);
  if (average !== 'binary') return countClasses(yTrue, yPred, { labels, sampleWeight });
  const counts = countClasses(yTrue, yPred, { labels: [posLabel], sampleWeight });
  const { present } = counts;
  if (present.length > 2)
    refuse(
      `average is "binary" but there are ${present.length} classes (${quoteLabels(present)}); choose another average, such as "macro"`,
    );
  checkPosLabel(present, posLabel);
  return counts;
}

/** Scores counted classes and averages as the options say. */
export function averageScores(counts: ChosenClassCounts, rate: Rate, options: AveragedScoreOptions): number | number[] {
  const { average = 'binary' } = options;
  if (average === 'none') return ratePerClass(counts, rate, options);
  return averageRate(counts, rate, { ...options, average: average === 'binary' ? 'macro' : average });
}

/** Counts, scores, averages. */
export function averagedScore(
  yTrue: Labels,
  yPred: Labels,
  scoring: { rate: Rate; options: AveragedScoreOptions },
): number | number[] {
  return averageScores(countScoredClasses(yTrue, yPred, scoring.options), scoring.rate, scoring.options);
}
