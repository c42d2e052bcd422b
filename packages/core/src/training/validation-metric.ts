import {
  accuracyScore,
  averagePrecisionScore,
  balancedAccuracyScore,
  brierScoreLoss,
  cohenKappaScore,
  expectedCalibrationError,
  f1Score,
  logLoss,
  matthewsCorrcoef,
  precisionScore,
  recallScore,
  rocAucScore,
} from '@graft-ml/metrics';
import { quoteNames } from '../errors.js';

/** Predictions on the validation set after an epoch. */
export interface ValidationOutcome {
  /** Class indices, shape `[n]`. */
  readonly yTrue: readonly number[];
  /** The class with the highest score, shape `[n]`. */
  readonly yPred: readonly number[];
  /** Scores, shape `[n, classes]`. */
  readonly yScore: readonly (readonly number[])[];
}

/** A figure that is computed after each epoch and stands in its log. */
export interface ValidationMetric {
  /** The key in the log, e.g. `valSensitivity`. */
  readonly name: string;
  compute(outcome: ValidationOutcome): number;
}

type Compute = (outcome: ValidationOutcome & { readonly labels: readonly number[] }) => number;

/** Metrics of one class each are averaged over classes (macro); for two classes, scores are those of the second. */
const metrics = {
  accuracyScore: ({ yTrue, yPred }) => accuracyScore(yTrue, yPred),
  averagePrecisionScore: ({ yTrue, yScore, labels }) =>
    labels.length === 2
      ? averagePrecisionScore(yTrue, secondScores(yScore))
      : averagePrecisionScore(yTrue, yScore, { labels }),
  balancedAccuracyScore: ({ yTrue, yPred }) => balancedAccuracyScore(yTrue, yPred),
  brierScoreLoss: ({ yTrue, yScore, labels }) => brierScoreLoss(yTrue, yScore, { labels }),
  cohenKappaScore: ({ yTrue, yPred }) => cohenKappaScore(yTrue, yPred),
  expectedCalibrationError: ({ yTrue, yScore, labels }) => expectedCalibrationError(yTrue, yScore, { labels }),
  f1Score: ({ yTrue, yPred, labels }) => f1Score(yTrue, yPred, { labels, average: 'macro' }),
  logLoss: ({ yTrue, yScore, labels }) => logLoss(yTrue, yScore, { labels }),
  matthewsCorrcoef: ({ yTrue, yPred }) => matthewsCorrcoef(yTrue, yPred),
  precisionScore: ({ yTrue, yPred, labels }) => precisionScore(yTrue, yPred, { labels, average: 'macro' }),
  recallScore: ({ yTrue, yPred, labels }) => recallScore(yTrue, yPred, { labels, average: 'macro' }),
  rocAucScore: ({ yTrue, yScore, labels }) =>
    labels.length === 2
      ? rocAucScore(yTrue, secondScores(yScore))
      : rocAucScore(yTrue, yScore, { labels, multiClass: 'ovr' }),
} satisfies Record<string, Compute>;

/** Names of the metrics that training can watch; each stands in the log as `valF1Score` and so on. */
export type ValidationMetricName = keyof typeof metrics;

/** Names of the metrics that training can watch. */
export function listValidationMetrics(): ValidationMetricName[] {
  return Object.keys(metrics) as ValidationMetricName[];
}

/** The key under which a metric stands in the log. */
function logKey(name: string): string {
  return `val${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

/** The metric that stands under a key in the log, e.g. `valF1Score`; undefined if there is none. */
export function findValidationMetric(key: string): ValidationMetric | undefined {
  const name = listValidationMetrics().find((candidate) => logKey(candidate) === key);
  return name === undefined ? undefined : getValidationMetric(name);
}

/**
 * A metric of `@graft-ml/metrics` by its name there.
 * @throws RangeError for an unknown name, listing what exists.
 */
export function getValidationMetric(name: string): ValidationMetric {
  if (!Object.hasOwn(metrics, name)) {
    throw new RangeError(`unknown metric ${JSON.stringify(name)}; there are ${quoteNames(listValidationMetrics())}`);
  }
  const compute: Compute = metrics[name as ValidationMetricName];
  return {
    name: logKey(name),
    compute: (outcome) => compute({ ...outcome, labels: (outcome.yScore[0] ?? []).map((_, label) => label) }),
  };
}

function secondScores(rows: readonly (readonly number[])[]): number[] {
  return rows.map((row) => row[1] as number);
}
