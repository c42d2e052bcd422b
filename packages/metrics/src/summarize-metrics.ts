import { accuracyScore } from './accuracy-score.js';
import { averagePrecisionScore } from './average-precision-score.js';
import { balancedAccuracyScore } from './balanced-accuracy-score.js';
import { binarySummary, type BinarySummary } from './binary-summary.js';
import { bootstrapInterval } from './bootstrap-interval.js';
import { brierScoreLoss } from './brier-score-loss.js';
import { classificationReport } from './classification-report.js';
import { cohenKappaScore } from './cohen-kappa-score.js';
import { confusionMatrix } from './confusion-matrix.js';
import { expectedCalibrationError } from './expected-calibration-error.js';
import { f1Score } from './f1-score.js';
import { hammingLoss } from './hamming-loss.js';
import { internLabels } from './intern-labels.js';
import type { Interval } from './interval.js';
import { jaccardScore } from './jaccard-score.js';
import type { Label, Labels } from './label.js';
import { logLoss } from './log-loss.js';
import { matthewsCorrcoef } from './matthews-corrcoef.js';
import { rocAucScore } from './roc-auc-score.js';
import type { ScoreRows } from './score-table.js';
import { topKAccuracyScore } from './top-k-accuracy-score.js';
import { wilsonInterval } from './wilson-interval.js';

/** What {@link summarizeMetrics} takes. */
export interface SummarizeMetricsInput {
  /** True class labels, shape `[n]`. */
  readonly yTrue: Labels;
  /** Predicted class labels, same shape. */
  readonly yPred: Labels;
  /** Class probabilities, shape `[n, numClasses]`, columns in the order of `classNames`, rows summing to 1. */
  readonly scores?: ScoreRows | undefined;
  /** The classes and their order. Default: every label that occurs, sorted. */
  readonly classNames?: Labels | undefined;
  /** The positive class of the binary forms, for two classes. Default: the second class. */
  readonly positive?: Label | undefined;
  /** Seeds the bootstrap, a whole number. Default 0. */
  readonly seed?: number | undefined;
  /** Confidence of the intervals. Default 0.95. */
  readonly confidence?: number | undefined;
}

/** Every metric of one evaluation, as plain data: `JSON.stringify` writes it, with NaN as null. */
export interface MetricsSummary extends Partial<ScoreSummary> {
  readonly classNames: Label[];
  readonly confusionMatrix: number[][];
  readonly report: Record<string, number | Record<string, number>>;
  readonly accuracy: number;
  readonly balancedAccuracy: number;
  readonly cohenKappa: number;
  readonly matthewsCorrcoef: number;
  readonly hammingLoss: number;
  readonly jaccard: { readonly macro: number; readonly weighted: number; readonly perClass: number[] };
  /** For accuracy (Wilson) and macro F1 (bootstrap: BCa, or percentiles above 5,000 samples). */
  readonly intervals: {
    readonly accuracy: Interval & { readonly method: string };
    readonly macroF1: Interval & { readonly method: string };
  };
  /** For two classes. */
  readonly binary?: BinarySummary;
}

/** The metrics that need scores. Arrays stand in the order of `classNames`. */
export interface ScoreSummary {
  readonly logLoss: number;
  readonly brier: number;
  readonly rocAuc: {
    readonly ovrMacro: number;
    readonly ovrWeighted: number;
    readonly ovoMacro: number;
    readonly ovoWeighted: number;
    readonly perClass: number[];
  };
  readonly averagePrecision: { readonly macro: number; readonly perClass: number[] };
  /** Accuracy among the `k` highest scores, by `k`, from 1 up to 5 or the number of classes. */
  readonly topK: Record<string, number>;
  readonly expectedCalibrationError: number;
}

/**
 * All metrics of one evaluation at once: the document that `graft metrics --json` prints.
 *
 * @returns Plain data. Metrics of scores are there if scores are given, `binary` if there are two classes.
 * @throws RangeError as the metrics do: lengths that differ, nothing given, unknown labels, probabilities that do not sum to 1.
 * @see the metrics themselves for ranges and sources
 * @example
 * summarizeMetrics({ yTrue: ['a', 'b', 'b'], yPred: ['a', 'b', 'a'] }).confusionMatrix; // [[1, 0], [1, 1]]
 */
export function summarizeMetrics(input: SummarizeMetricsInput): MetricsSummary {
  const { yTrue, yPred, scores, classNames, positive, seed = 0, confidence = 0.95 } = input;
  const { labels, matrix } = confusionMatrix(yTrue, yPred, { labels: classNames });
  const n = yTrue.length;
  const jaccard = (average: 'macro' | 'weighted') => jaccardScore(yTrue, yPred, { average, labels });

  const { codes, labels: present } = internLabels({ yTrue, yPred });
  const own = labels.map((label) => present.indexOf(label)).map((code, i) => (code < 0 ? present.length + i : code));
  const method = n > 5000 ? 'percentile' : 'bca';
  const macroF1 = bootstrapInterval(
    (truth, guess) => f1Score(truth, guess, { average: 'macro', labels: own }),
    [codes[0] as Int32Array, codes[1] as Int32Array],
    { seed, confidence, method, resamples: Math.max(200, Math.min(2000, Math.floor(1e7 / n))) },
  );
  const right = accuracyScore(yTrue, yPred, { normalize: false });
  return {
    classNames: labels,
    confusionMatrix: matrix,
    report: classificationReport(yTrue, yPred, { labels }).toJSON(),
    accuracy: right / n,
    balancedAccuracy: balancedAccuracyScore(yTrue, yPred),
    cohenKappa: cohenKappaScore(yTrue, yPred),
    matthewsCorrcoef: matthewsCorrcoef(yTrue, yPred),
    hammingLoss: hammingLoss(yTrue, yPred),
    jaccard: {
      macro: jaccard('macro'),
      weighted: jaccard('weighted'),
      perClass: jaccardScore(yTrue, yPred, { average: 'none', labels }),
    },
    ...(scores && summarizeScores(yTrue, scores, labels)),
    intervals: {
      accuracy: { ...wilsonInterval(right, n, { confidence }), method: 'wilson' },
      macroF1: { ...macroF1, method },
    },
    ...(labels.length === 2 && {
      binary: binarySummary({ yTrue, yPred, scores, labels, positive: positive ?? (labels[1] as Label) }),
    }),
  };
}

function summarizeScores(yTrue: Labels, scores: ScoreRows, labels: Label[]): ScoreSummary {
  const area = (multiClass: 'ovr' | 'ovo', average: 'macro' | 'weighted') =>
    rocAucScore(yTrue, scores, { multiClass, average, labels });
  const ks = Array.from({ length: Math.min(5, labels.length) }, (_, i) => i + 1);
  return {
    logLoss: logLoss(yTrue, scores, { labels }),
    brier: brierScoreLoss(yTrue, scores, { labels }),
    rocAuc: {
      ovrMacro: area('ovr', 'macro'),
      ovrWeighted: area('ovr', 'weighted'),
      ovoMacro: area('ovo', 'macro'),
      ovoWeighted: area('ovo', 'weighted'),
      perClass: rocAucScore(yTrue, scores, { multiClass: 'ovr', average: 'none', labels }),
    },
    averagePrecision: {
      macro: averagePrecisionScore(yTrue, scores, { labels }),
      perClass: averagePrecisionScore(yTrue, scores, { average: 'none', labels }),
    },
    topK: Object.fromEntries(ks.map((k) => [k, topKAccuracyScore(yTrue, scores, { k, labels })])),
    expectedCalibrationError: expectedCalibrationError(yTrue, scores, { labels }),
  };
}
