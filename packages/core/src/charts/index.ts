// Pictures as plain data: Vega-Lite specs, and the planes that points are drawn on.
export { principalComponents, type PrincipalComponents } from './principal-components.js';
export { learningRateChart } from '../search/learning-rate-chart.js';
export { historyChart, type HistoryChartOptions, type VegaLiteSpec } from '../training/history-chart.js';
