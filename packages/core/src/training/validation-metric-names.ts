const names = [
  'accuracyScore',
  'averagePrecisionScore',
  'balancedAccuracyScore',
  'brierScoreLoss',
  'cohenKappaScore',
  'expectedCalibrationError',
  'f1Score',
  'logLoss',
  'matthewsCorrcoef',
  'precisionScore',
  'recallScore',
  'rocAucScore',
] as const;

/** Names of the metrics that training can watch; each stands in the log as `valF1Score` and so on. */
export type ValidationMetricName = (typeof names)[number];

/** Names of the metrics that training can watch. */
export function listValidationMetrics(): ValidationMetricName[] {
  return [...names];
}

/** The key under which a metric stands in the log. */
export function logKey(name: string): string {
  return `val${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

/** The metric that stands under a key in the log, e.g. `valF1Score`; undefined if there is none. */
export function findValidationMetricName(key: string): ValidationMetricName | undefined {
  return names.find((name) => logKey(name) === key);
}
