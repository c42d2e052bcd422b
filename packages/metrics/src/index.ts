export type { Label, Labels } from './label.js';
export type { WeightOptions } from './columns.js';
export type { ScoreRows } from './score-table.js';
export type { ZeroDivision, ZeroDivisionOptions } from './average.js';

export { accuracyScore, type AccuracyScoreOptions } from './accuracy-score.js';
export {
  classificationReport,
  type ClassificationReport,
  type ClassificationReportOptions,
  type ClassRow,
  type ReportRow,
} from './classification-report.js';
export { confusionMatrix, type ConfusionMatrix, type ConfusionMatrixOptions } from './confusion-matrix.js';
export { formatConfusionMatrix, type FormatConfusionMatrixOptions } from './format-confusion-matrix.js';
export { logLoss, type LogLossOptions } from './log-loss.js';
