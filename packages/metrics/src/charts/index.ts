export { calibrationChart } from './calibration-chart.js';
export { classScoresChart } from './class-scores-chart.js';
export { confusionMatrixChart } from './confusion-matrix-chart.js';
export { precisionRecallChart } from './precision-recall-chart.js';
export { rocChart } from './roc-chart.js';
export type { Curves } from './curve-chart.js';
export type { ChartOptions, VegaLiteSpec } from './vega-lite-spec.js';
