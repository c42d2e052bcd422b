// Labels and options that several metrics share
export type { Label, Labels } from './label.js';
export type { WeightOptions } from './columns.js';
export type { ScoreRows } from './score-table.js';
export type { ZeroDivision, ZeroDivisionOptions } from './average.js';
export type { Average, AveragedScoreOptions, PerClassOptions, SingleScoreOptions } from './averaged-score.js';
export type { ClassScoreAverage } from './class-score-average.js';
export type { ThresholdOptions } from './threshold-counts.js';
export type { BinOptions } from './probability-bins.js';
export type { Interval } from './interval.js';
export type { Column } from './gather.js';

// Tables and reports
export { confusionMatrix, type ConfusionMatrix, type ConfusionMatrixOptions } from './confusion-matrix.js';
export { formatConfusionMatrix, type FormatConfusionMatrixOptions } from './format-confusion-matrix.js';
export {
  multilabelConfusionMatrix,
  type BinaryConfusion,
  type MultilabelConfusionMatrixOptions,
} from './multilabel-confusion-matrix.js';
export {
  classificationReport,
  type ClassificationReport,
  type ClassificationReportOptions,
  type ClassRow,
  type ReportRow,
} from './classification-report.js';
export { ConfusionAccumulator, type ConfusionAccumulatorState } from './confusion-accumulator.js';
export {
  summarizeMetrics,
  type MetricsSummary,
  type ScoreSummary,
  type SummarizeMetricsInput,
} from './summarize-metrics.js';
export type { BinarySummary } from './binary-summary.js';

// From predicted labels
export { accuracyScore, type AccuracyScoreOptions } from './accuracy-score.js';
export { balancedAccuracyScore, type BalancedAccuracyScoreOptions } from './balanced-accuracy-score.js';
export {
  classLikelihoodRatios,
  type ClassLikelihoodRatios,
  type ClassLikelihoodRatiosOptions,
} from './class-likelihood-ratios.js';
export { cohenKappaScore, type CohenKappaScoreOptions } from './cohen-kappa-score.js';
export { f1Score } from './f1-score.js';
export { fbetaScore, type BetaOption } from './fbeta-score.js';
export { hammingLoss } from './hamming-loss.js';
export { jaccardScore } from './jaccard-score.js';
export { matthewsCorrcoef } from './matthews-corrcoef.js';
export { negativePredictiveValue } from './negative-predictive-value.js';
export {
  precisionRecallFscoreSupport,
  type PrecisionRecallFscore,
  type PrecisionRecallFscorePerClass,
} from './precision-recall-fscore-support.js';
export { precisionScore } from './precision-score.js';
export { recallScore } from './recall-score.js';
export { specificityScore } from './specificity-score.js';
export { zeroOneLoss, type ZeroOneLossOptions } from './zero-one-loss.js';

// From scores
export { auc } from './auc.js';
export { averagePrecisionScore, type AveragePrecisionScoreOptions } from './average-precision-score.js';
export { bestThreshold, type BestThreshold, type BestThresholdOptions } from './best-threshold.js';
export { brierScoreLoss, type BrierScoreLossOptions } from './brier-score-loss.js';
export { calibrationCurve, type CalibrationCurve, type CalibrationCurveOptions } from './calibration-curve.js';
export { detCurve, type DetCurve, type DetCurveOptions } from './det-curve.js';
export { expectedCalibrationError, type ExpectedCalibrationErrorOptions } from './expected-calibration-error.js';
export { logLoss, type LogLossOptions } from './log-loss.js';
export {
  precisionRecallCurve,
  type PrecisionRecallCurve,
  type PrecisionRecallCurveOptions,
} from './precision-recall-curve.js';
export { rocAucScore, type RocAucScoreOptions } from './roc-auc-score.js';
export { rocCurve, type RocCurve, type RocCurveOptions } from './roc-curve.js';
export { topKAccuracyScore, type TopKAccuracyScoreOptions } from './top-k-accuracy-score.js';

// Uncertainty
export { bootstrapInterval, type BootstrapInterval, type BootstrapIntervalOptions } from './bootstrap-interval.js';
export {
  bootstrapIntervals,
  type BootstrapIntervalsOptions,
  type FigureBootstrapInterval,
} from './bootstrap-intervals.js';
export { deLongInterval, type DeLongInterval, type DeLongIntervalOptions } from './delong-interval.js';
export { deLongTest, type DeLongTest, type DeLongTestInput } from './delong-test.js';
export { mcnemarTest, type McnemarTest, type McnemarTestInput } from './mcnemar-test.js';
export { permutationTest, type PermutationTest, type PermutationTestInput } from './permutation-test.js';
export type { ResamplingOptions } from './resampling.js';
export { wilsonInterval, type WilsonIntervalOptions } from './wilson-interval.js';
