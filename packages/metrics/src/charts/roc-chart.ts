import { auc } from '../auc.js';
import type { RocCurve } from '../roc-curve.js';
import { curveChart, type Curves, namedCurves } from './curve-chart.js';
import { type ChartOptions, diagonal, type VegaLiteSpec } from './vega-lite-spec.js';

/**
 * ROC curves above the line of chance. Behind each name stands the area under its curve; of more than eight curves the seven
 * lowest are named and the others drawn grey.
 *
 * @param curves - What `rocCurve` returns, or several of them by name.
 * @returns A Vega-Lite specification with the data inside.
 * @throws RangeError for an unknown theme.
 * @see Vega-Lite 6 (the test validates against its schema)
 * @example
 * rocChart({ fpr: [0, 0, 1], tpr: [0, 1, 1], thresholds: [Infinity, 0.8, 0.1] }).title; // 'ROC curve'
 */
export function rocChart(curves: Curves<RocCurve>, options: ChartOptions = {}): VegaLiteSpec {
  const series = namedCurves(curves, (value) => 'fpr' in value && Array.isArray(value.fpr)).map(
    ([name, { fpr, tpr }]) => ({
      name,
      points: fpr.map((x, i) => ({ x, y: tpr[i] as number })),
      score: fpr.length < 2 ? NaN : auc(fpr, tpr),
    }),
  );
  return curveChart(
    { title: 'ROC curve', x: 'False positive rate', y: 'True positive rate', series, below: diagonal },
    options,
  );
}
