import { bootstrapIntervals, wilsonInterval, type FigureBootstrapInterval, type Interval } from '@graft-ml/metrics';
import { calibrationInterval } from './calibration-interval.js';
import { classShares, supportGaps, type ClassShares, type Share } from './class-shares.js';
import { classFigureIndex, classFigures, figureCounter, figureTitles, overallFigures } from './count-figures.js';
import type { Evaluation } from './evaluate.js';
import { evaluationGroups } from './evaluation-groups.js';

/** Options of {@link evaluationIntervals}. */
export interface EvaluationIntervalsOptions {
  /** What belongs together, one for each prediction. Default: the predictions' own `group`, where they have one. */
  readonly groups?: readonly string[] | undefined;
  /** Seeds the resamples, a whole number. Default: 0. */
  readonly seed?: number | undefined;
  /** How many resamples, 1 or more. Default: 2000, and down to 200 for very many images and classes. */
  readonly resamples?: number | undefined;
  /** The share of such intervals that should hold the true value, between 0 and 1. Default: 0.95. */
  readonly confidenceLevel?: number | undefined;
}

/** An interval, and how it was made. */
export interface FigureInterval extends Interval {
  readonly method: 'wilson' | 'bootstrap';
}

type OverallFigure = (typeof overallFigures)[number];
type ClassFigure = (typeof classFigures)[number];

/** Intervals of one class against the rest; null where the data do not give one, which `gaps` explains. */
export type ClassIntervals = Readonly<Record<ClassFigure, FigureInterval | null>>;

/** How far an evaluation's figures may be off because the images are few. Null where the data do not give an interval. */
export interface EvaluationIntervals extends Readonly<Record<OverallFigure, FigureInterval | null>> {
  /** Each class against the rest, by its name. */
  readonly perClass: Readonly<Record<string, ClassIntervals>>;
  /** The calibration error that so many images would show if each were right exactly as often as its score says. */
  readonly calibrationErrorByChance: number;
  readonly confidenceLevel: number;
  readonly resamples: number;
  /** How many groups were drawn as wholes; null where each image stands for itself. */
  readonly groups: number | null;
  /** Sentences on what is missing, and why. */
  readonly gaps: readonly string[];
}

/**
 * Confidence intervals of an evaluation's figures. Shares (accuracy, sensitivity, specificity, precision) of images that stand
 * for themselves have Wilson's interval; all else is a bootstrap (BCa; of the calibration error the basic one), and where groups
 * exist whole groups are drawn. A figure that no resample changes, such as an area of exactly 1, has no interval that could be believed: it is null, and `gaps` says so.
 *
 * @throws RangeError for options out of range, or groups that are not one for each prediction.
 * @see Efron & Tibshirani, "An introduction to the bootstrap", 1993; Wilson 1927 (oracle: oracles/evaluation.py)
 * @example `evaluationIntervals(await model.evaluate(test), { seed: 42 }).accuracy // { estimate: 0.85, lower: 0.75, … }`
 */
export function evaluationIntervals(
  evaluation: Evaluation,
  options: EvaluationIntervalsOptions = {},
): EvaluationIntervals {
  const { seed = 0, confidenceLevel: confidence = 0.95 } = options;
  const { predictions, classNames } = evaluation;
  const work = predictions.length * classNames.length;
  const { resamples = Math.round(Math.min(2000, Math.max(200, 5e8 / work))) } = options;
  const groups = evaluationGroups(evaluation, options.groups);
  const found = bootstrapIntervals(figureCounter(evaluation), {
    n: predictions.length,
    groups,
    seed,
    resamples,
    confidence,
    // Leaving out each image in turn is dear for very many.
    method: work > 250_000 ? 'percentile' : 'bca',
  });
  const perClass = classShares(evaluation, groups);
  const gaps = classNames.flatMap((name, k) => [
    ...supportGaps(name, perClass[k]!, groups === undefined ? 'image' : 'group'),
    ...(perClass[k]!.precision.of === 0 ? [`${JSON.stringify(name)} is never predicted: it has no precision`] : []),
  ]);
  const unchanging: string[] = [];

  const bootstrap = (index: number, title: string): FigureInterval | null => {
    const { estimate, lower, upper } = found[index] as FigureBootstrapInterval;
    if (lower < upper) return { estimate, lower, upper, confidence, method: 'bootstrap' };
    if (!Number.isNaN(estimate)) unchanging.push(`${title} (${estimate})`);
    return null;
  };
  const ofShare = (index: number, title: string, { hits, of, units }: Share): FigureInterval | null => {
    if (of === 0) return null;
    // Of groups that all agree only their number says how sure that is.
    const whole = hits === 0 || hits === of;
    if (groups !== undefined && !whole) return bootstrap(index, title);
    return { ...wilsonInterval(whole && hits > 0 ? units : hits, units, { confidence }), method: 'wilson' };
  };

  const calibration = calibrationInterval(evaluation, { groups, seed, resamples, confidence });
  const everyClassTwice = perClass.every(({ sensitivity }) => sensitivity.units > 1);
  const overall = overallFigures.map((name, index): readonly [OverallFigure, FigureInterval | null] => {
    if (name === 'accuracy') return [name, ofShare(index, name, everything(evaluation, groups))];
    if (name === 'expectedCalibrationError') {
      const { byChance: _, ...interval } = calibration;
      return [name, predictions.length > 1 ? { ...interval, method: 'bootstrap' } : null];
    }
    return [name, name === 'loss' || everyClassTwice ? bootstrap(index, figureTitles[name]) : null];
  });
  const classes = classNames.map((className, k): readonly [string, ClassIntervals] => {
    const shares = perClass[k]!;
    const bothTwice = shares.sensitivity.units > 1 && shares.specificity.units > 1;
    const interval = (name: ClassFigure): FigureInterval | null => {
      const [index, title] = [classFigureIndex(k, name), `${figureTitles[name]} of ${JSON.stringify(className)}`];
      if (name in shares) return ofShare(index, title, shares[name as keyof ClassShares]);
      return bothTwice ? bootstrap(index, title) : null;
    };
    return [className, Object.fromEntries(classFigures.map((name) => [name, interval(name)])) as ClassIntervals];
  });
  if (unchanging.length > 0) gaps.push(`no interval where every resample gives the same: ${unchanging.join(', ')}`);
  return {
    ...(Object.fromEntries(overall) as Readonly<Record<OverallFigure, FigureInterval | null>>),
    perClass: Object.fromEntries(classes),
    calibrationErrorByChance: calibration.byChance,
    confidenceLevel: confidence,
    resamples,
    groups: groups === undefined ? null : new Set(groups).size,
    gaps,
  };
}

function everything({ predictions }: Evaluation, groups: readonly string[] | undefined): Share {
  const hits = predictions.filter(({ label, trueLabel }) => label === trueLabel).length;
  return { hits, of: predictions.length, units: groups === undefined ? predictions.length : new Set(groups).size };
}
