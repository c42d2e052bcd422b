import type { VegaLiteSpec } from '../training/history-chart.js';
import type { LearningRateRange } from './learning-rate-finder.js';

/**
 * Draws a range test: losses by the learning rate's logarithm, and the suggestion.
 *
 * @returns A Vega-Lite specification as plain data; `renderChart` of `@graft-ml/node-adapter` makes it SVG and PNG.
 * @example `learningRateChart(await learningRateFinder(model, train))`
 */
export function learningRateChart(range: LearningRateRange): VegaLiteSpec {
  const values = range.points.flatMap(({ learningRate, loss, smoothedLoss }) => [
    { learningRate, curve: 'each batch', loss },
    { learningRate, curve: 'smoothed', loss: smoothedLoss },
  ]);
  const x = {
    field: 'learningRate',
    type: 'quantitative',
    title: 'learning rate',
    scale: { type: 'log' },
    axis: { format: '.0e', grid: false },
  };
  const color = {
    field: 'curve',
    type: 'nominal',
    title: null,
    scale: { domain: ['each batch', 'smoothed'], range: ['#b8bec6', '#0072b2'] },
    legend: { orient: 'top' },
  };
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    title: { text: 'Learning rate range test', anchor: 'start', fontSize: 16, offset: 12 },
    background: '#ffffff',
    padding: 16,
    width: 480,
    height: 260,
    layer: [
      {
        data: { values },
        mark: { type: 'line', strokeWidth: 2 },
        encoding: { x, y: { field: 'loss', type: 'quantitative', scale: { zero: true } }, color },
      },
      {
        data: { values: [{ learningRate: range.suggestion }] },
        mark: { type: 'rule', color: '#d55e00', strokeDash: [6, 3], strokeWidth: 2 },
        encoding: { x },
      },
    ],
  };
}
