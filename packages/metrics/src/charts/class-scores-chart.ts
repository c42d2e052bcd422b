import type { ClassificationReport } from '../classification-report.js';
import { baseSpec, type ChartOptions, type VegaLiteSpec } from './vega-lite-spec.js';

/**
 * Precision, recall and F1 score of each class as grouped bars.
 *
 * @param report - What `classificationReport` returns; only its `classes` are read.
 * @returns A Vega-Lite specification with the data inside.
 * @see Vega-Lite 6 (the test validates against its schema)
 * @example
 * classScoresChart(classificationReport(['a', 'b'], ['a', 'b'])).title; // 'Scores of each class'
 */
export function classScoresChart(
  report: Pick<ClassificationReport, 'classes'>,
  options: ChartOptions = {},
): VegaLiteSpec {
  const scores = ['Precision', 'Recall', 'F1'];
  const values = report.classes.flatMap(({ name, precision, recall, f1Score }) =>
    [precision, recall, f1Score].map((value, i) => ({ name, score: scores[i], value })),
  );
  const sort = report.classes.map(({ name }) => name);
  return {
    ...baseSpec('Scores of each class', options),
    data: { values },
    mark: { type: 'bar' },
    encoding: {
      x: { field: 'name', type: 'nominal', title: 'Class', sort },
      xOffset: { field: 'score', type: 'nominal', sort: scores },
      y: { field: 'value', type: 'quantitative', title: 'Score', scale: { domain: [0, 1] } },
      color: { field: 'score', type: 'nominal', title: null, sort: scores },
    },
  };
}
