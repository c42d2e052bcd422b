import { summarizeMetrics, type BinarySummary, type MetricsSummary } from '@graft-ml/metrics';
import { classShares } from './class-shares.js';
import { classFigureIndex, classFigures, figureCounter } from './count-figures.js';
import {
  evaluationIntervals,
  type EvaluationIntervals,
  type EvaluationIntervalsOptions,
} from './evaluation-intervals.js';
import type { Evaluation } from './evaluate.js';
import { notAProbability, scoreRow } from './score-rows.js';

/** Figures of one class against the rest; null where they are undefined, which `gaps` of the intervals explains. */
export interface ClassSummary extends Readonly<Record<(typeof classFigures)[number], number | null>> {
  /** How many images are of the class. */
  readonly support: number;
  /** How many images were predicted so. */
  readonly predicted: number;
}

/** Every figure of an evaluation, as plain data: `JSON.stringify` writes it, with NaN as null. */
export interface EvaluationSummary extends Omit<MetricsSummary, 'intervals'> {
  /** Each class against the rest, by its name. */
  readonly perClass: Readonly<Record<string, ClassSummary>>;
  readonly intervals: EvaluationIntervals;
}

/**
 * All metrics of an evaluation at once, with their intervals: the document that `graft evaluate --json` prints.
 *
 * A class without images has no figures, and a mean over classes that would need them is NaN: scikit-learn's average precision
 * of 0 for such a class is no measurement.
 *
 * Of scores that do not sum to 1, as a sigmoid head gives them, the metrics of probabilities are left out, and `gaps` says so.
 *
 * @throws RangeError for options out of range.
 * @see `summarizeMetrics`, {@link evaluationIntervals}
 * @example `summarizeEvaluation(await model.evaluate(test)).perClass.covid.sensitivity`
 */
export function summarizeEvaluation(
  evaluation: Evaluation,
  options: EvaluationIntervalsOptions = {},
): EvaluationSummary {
  const { predictions, classNames } = evaluation;
  const stranger = notAProbability(evaluation);
  const metrics = summarizeMetrics({
    yTrue: predictions.map(({ trueLabel }) => trueLabel),
    yPred: predictions.map(({ label }) => label),
    scores: stranger === undefined ? predictions.map((prediction) => scoreRow(prediction, classNames)) : undefined,
    classNames,
    seed: options.seed,
    confidence: options.confidenceLevel,
  });
  const figures = figureCounter(evaluation)(new Float64Array(predictions.length).fill(1));
  const perClass = classShares(evaluation, undefined).map(({ sensitivity, precision }, k) => {
    const entries = classFigures.map((name) => [name, numberOrNull(figures[classFigureIndex(k, name)]!)] as const);
    const own = Object.fromEntries(entries) as Record<(typeof classFigures)[number], number | null>;
    return [classNames[k]!, { support: sensitivity.of, predicted: precision.of, ...own }] as const;
  });
  const absent = perClass.map(([, { support }]) => support === 0);
  const { averagePrecision, binary } = metrics;
  const intervals = evaluationIntervals(evaluation, options);
  return {
    ...metrics,
    ...(averagePrecision && {
      averagePrecision: {
        macro: absent.includes(true) ? Number.NaN : averagePrecision.macro,
        perClass: averagePrecision.perClass.map((value, k) => (absent[k] === true ? Number.NaN : value)),
      },
    }),
    ...(binary && {
      binary: withoutEmptyAverage(binary, absent[classNames.indexOf(String(binary.positive))] === true),
    }),
    perClass: Object.fromEntries(perClass),
    intervals:
      stranger === undefined
        ? intervals
        : { ...intervals, gaps: [...intervals.gaps, `${stranger}, not to 1: metrics of probabilities are left out`] },
  };
}

function withoutEmptyAverage(binary: BinarySummary, absent: boolean): BinarySummary {
  return absent ? { ...binary, averagePrecision: Number.NaN } : binary;
}

function numberOrNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
