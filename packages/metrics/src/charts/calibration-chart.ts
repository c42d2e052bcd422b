import type { CalibrationCurve } from '../calibration-curve.js';
import { curveChart, type Curves, namedCurves } from './curve-chart.js';
import { type ChartOptions, diagonal, type VegaLiteSpec } from './vega-lite-spec.js';

/**
 * A reliability diagram: how often the class happened against how probable it was said to be. The diagonal is perfect.
 *
 * @param curves - What `calibrationCurve` returns, or several of them by name.
 * @returns A Vega-Lite specification with the data inside.
 * @throws RangeError for an unknown theme.
 * @see Vega-Lite 6 (the test validates against its schema)
 * @example
 * calibrationChart({ probPred: [0.2, 0.8], probTrue: [0.25, 0.7] }).title; // 'Calibration'
 */
export function calibrationChart(curves: Curves<CalibrationCurve>, options: ChartOptions = {}): VegaLiteSpec {
  const series = namedCurves(curves, (value) => 'probPred' in value && Array.isArray(value.probPred)).map(
    ([name, { probPred, probTrue }]) => ({ name, points: probPred.map((x, i) => ({ x, y: probTrue[i] as number })) }),
  );
  const axes = { x: 'Predicted probability', y: 'Share of positives' };
  return curveChart({ title: 'Calibration', ...axes, series, below: diagonal, points: true }, options);
}
