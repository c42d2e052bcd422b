import type { PrecisionRecallCurve } from '../precision-recall-curve.js';
import { curveChart, type Curves, namedCurves } from './curve-chart.js';
import type { ChartOptions, VegaLiteSpec } from './vega-lite-spec.js';

/**
 * Precision–recall curves. Behind each name stands its average precision; of more than eight curves the seven lowest are named
 * and the others drawn grey.
 *
 * @param curves - What `precisionRecallCurve` returns, or several of them by name.
 * @returns A Vega-Lite specification with the data inside.
 * @throws RangeError for an unknown theme.
 * @see Vega-Lite 6 (the test validates against its schema)
 * @example
 * precisionRecallChart({ precision: [0.5, 1, 1], recall: [1, 1, 0], thresholds: [0.1, 0.8] }).title; // 'Precision–recall curve'
 */
export function precisionRecallChart(curves: Curves<PrecisionRecallCurve>, options: ChartOptions = {}): VegaLiteSpec {
  const series = namedCurves(curves, (value) => 'recall' in value && Array.isArray(value.recall)).map(
    ([name, curve]) => ({
      name,
      points: curve.recall.map((x, i) => ({ x, y: curve.precision[i] as number })),
      score: averagePrecision(curve),
    }),
  );
  return curveChart({ title: 'Precision–recall curve', x: 'Recall', y: 'Precision', series }, options);
}

/** As `averagePrecisionScore` has it: precision, weighted by the gain in recall. */
function averagePrecision({ precision, recall }: PrecisionRecallCurve): number {
  let area = 0;
  for (let i = 1; i < recall.length; i++) {
    area += ((recall[i - 1] as number) - (recall[i] as number)) * (precision[i - 1] as number);
  }
  return area;
}
