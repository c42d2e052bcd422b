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
import { listValidationMetrics, logKey, type ValidationMetricName } from './validation-metric-names.js';

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
const metrics: Readonly<Record<ValidationMetricName, Compute>> = {
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
};

/**
 * A metric of `@graft-ml/metrics` by its name there.
 * @throws RangeError for an unknown name, listing what exists.
 */
export function getValidationMetric(name: string): ValidationMetric {
  if (!Object.hasOwn(metrics, name)) {
    throw new RangeError(`unknown metric ${JSON.stringify(name)}; there are ${quoteNames(listValidationMetrics())}`);
  }
  const compute = metrics[name as ValidationMetricName];
  return {
    name: logKey(name),
    compute: (outcome) => compute({ ...outcome, labels: (outcome.yScore[0] ?? []).map((_, label) => label) }),
  };
}

/** Metrics, some of which are only named. @throws RangeError for an unknown name. */
export function validationMetrics(wanted: readonly (ValidationMetric | string)[]): ValidationMetric[] {
  return wanted.map((metric) => (typeof metric === 'string' ? getValidationMetric(metric) : metric));
}

function secondScores(rows: readonly (readonly number[])[]): number[] {
  return rows.map((row) => row[1] as number);
}
