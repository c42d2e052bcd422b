// What judges, compares and averages evaluations.
export {
  analyzeErrors,
  type AnalyzedPrediction,
  type AnalyzeErrorsOptions,
  type ConfusedPair,
  type ErrorAnalysis,
  type LikelyWrongLabel,
} from './analyze-errors.js';
export { chooseThresholds, type ChooseThresholdsOptions, type ChosenThresholds } from './choose-thresholds.js';
export {
  compareEvaluations,
  compareModels,
  type CompareModelsOptions,
  type Disagreement,
  type FigureDifference,
  type ModelComparison,
} from './compare-models.js';
export { averageEvaluations, ensemble, type Ensemble, type EnsembleMember } from './ensemble.js';
export { evaluateLabelled, type Evaluation, type LabelledPrediction } from './evaluate.js';
export { fitTemperature, type CalibrationFigures, type TemperatureScaling } from './fit-temperature.js';
export {
  evaluationIntervals,
  type ClassIntervals,
  type EvaluationIntervals,
  type EvaluationIntervalsOptions,
  type FigureInterval,
} from './evaluation-intervals.js';
export { summarizeEvaluation, type ClassSummary, type EvaluationSummary } from './summarize-evaluation.js';
export { summarizePredictions, type PredictionSummary } from './summarize-predictions.js';
