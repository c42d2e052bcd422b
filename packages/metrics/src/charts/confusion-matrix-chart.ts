import type { ConfusionMatrix } from '../confusion-matrix.js';
import { baseSpec, type ChartOptions, type VegaLiteSpec } from './vega-lite-spec.js';

/**
 * A confusion matrix as a heat map: true classes downwards, predictions across, the count in each cell, the colour its share of
 * the true class.
 *
 * @param confusion - What `confusionMatrix` returns.
 * @returns A Vega-Lite specification with the data inside.
 * @see Vega-Lite 6 (the test validates against its schema)
 * @example
 * confusionMatrixChart({ labels: ['a', 'b'], matrix: [[1, 0], [1, 1]] }).title; // 'Confusion matrix'
 */
export function confusionMatrixChart(confusion: ConfusionMatrix, options: ChartOptions = {}): VegaLiteSpec {
  const names = confusion.labels.map(String);
  const values = confusion.matrix.flatMap((row, i) => {
    const total = row.reduce((sum, count) => sum + count, 0);
    return row.map((count, j) => ({
      actual: names[i],
      predicted: names[j],
      count,
      share: total > 0 ? count / total : 0,
    }));
  });
  return {
    ...baseSpec('Confusion matrix', options),
    data: { values },
    encoding: {
      x: { field: 'predicted', type: 'nominal', title: 'Predicted', sort: names },
      y: { field: 'actual', type: 'nominal', title: 'Actual', sort: names },
    },
    layer: [
      {
        mark: { type: 'rect' },
        encoding: {
          color: {
            field: 'share',
            type: 'quantitative',
            title: 'Share of actual class',
            scale: { domain: [0, 1], scheme: 'blues' },
            legend: { format: '.0%' },
          },
        },
      },
      {
        mark: { type: 'text' },
        encoding: {
          text: { field: 'count', type: 'quantitative' },
          color: { condition: { test: 'datum.share > 0.5', value: 'white' }, value: 'black' },
        },
      },
    ],
  };
}
