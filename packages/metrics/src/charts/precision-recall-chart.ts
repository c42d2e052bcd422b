import type { PrecisionRecallCurve } from '../precision-recall-curve.js';
import { curveChart, type Curves, namedCurves } from './curve-chart.js';
import type { ChartOptions, VegaLiteSpec } from './vega-lite-spec.js';

/**
 * Precision–recall curves.
 *
 * @param curves - What `precisionRecallCurve` returns, or several of them by name.
 * @returns A Vega-Lite specification with the data inside.
 * @see Vega-Lite 6 (the test validates against its schema)
 * @example
 * precisionRecallChart({ precision: [0.5, 1, 1], recall: [1, 1, 0], thresholds: [0.1, 0.8] }).title; // 'Precision–recall curve'
 */
export function precisionRecallChart(curves: Curves<PrecisionRecallCurve>, options: ChartOptions = {}): VegaLiteSpec {
  const series = namedCurves(curves, (value) => 'recall' in value && Array.isArray(value.recall)).map(
    ([name, { recall, precision }]): [string, { x: number; y: number }[]] => [
      name,
      recall.map((x, i) => ({ x, y: precision[i] as number })),
    ],
  );
  return curveChart({ title: 'Precision–recall curve', x: 'Recall', y: 'Precision', series }, options);
}
