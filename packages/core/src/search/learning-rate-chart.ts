import { themeChart, type ChartTheme } from '@graft-ml/metrics/charts';
import type { VegaLiteSpec } from '../training/history-chart.js';
import type { LearningRateRange } from './learning-rate-finder.js';

/**
 * Draws a range test: losses by the learning rate's logarithm, and the suggestion.
 *
 * @param options - `theme`: colours for a white or for a dark page; default `light`.
 * @returns A Vega-Lite specification as plain data; `renderChart` of `@graft-ml/node-adapter` makes it SVG and PNG.
 * @example `learningRateChart(await learningRateFinder(model, train))`
 */
export function learningRateChart(
  range: LearningRateRange,
  options: { readonly theme?: ChartTheme | undefined } = {},
): VegaLiteSpec {
  const values = range.points.flatMap(({ learningRate, loss, smoothedLoss }) => [
    { learningRate, curve: 'each batch', loss },
    { learningRate, curve: 'smoothed', loss: smoothedLoss },
  ]);
  const marks = [{ learningRate: range.suggestion, text: `suggested: ${range.suggestion.toExponential(1)}` }];
  const x = {
    field: 'learningRate',
    type: 'quantitative',
    title: 'learning rate',
    scale: { type: 'log' },
    axis: { format: '.0e', grid: false },
  };
  const curves = ['smoothed', 'each batch'];
  const legend = { orient: 'top', symbolType: 'stroke', symbolSize: 500, symbolStrokeWidth: 2.5 };
  const curve = { field: 'curve', type: 'nominal', title: null, legend };
  return themeChart(
    {
      title: 'Learning rate range test',
      width: 480,
      height: 260,
      layer: [
        {
          data: { values },
          mark: { type: 'line' },
          encoding: {
            x,
            y: { field: 'loss', type: 'quantitative', scale: { zero: true } },
            color: { ...curve, scale: { domain: curves } },
            strokeDash: {
              ...curve,
              scale: {
                domain: curves,
                range: [
                  [1, 0],
                  [2, 2],
                ],
              },
            },
            strokeWidth: { ...curve, scale: { domain: curves, range: [2.5, 1] } },
          },
        },
        { data: { values: marks }, mark: { type: 'rule', style: 'reference', strokeWidth: 2 }, encoding: { x } },
        {
          data: { values: marks },
          mark: { type: 'text', style: 'markerText', dy: -6, baseline: 'bottom' },
          encoding: { x, y: { value: 0 }, text: { field: 'text', type: 'nominal' } },
        },
      ],
    },
    options.theme ?? 'light',
  );
}
