import type { ClassificationReport } from '../classification-report.js';
import { pointEncoding } from './series-encoding.js';
import { shortenNames } from './shorten-names.js';
import { type ChartOptions, chartSpec, type VegaLiteSpec } from './vega-lite-spec.js';

const scores = ['Precision', 'Recall', 'F1'];

/**
 * Precision, recall and F1 score of each class as three marks on one line.
 *
 * @param report - What `classificationReport` returns; only its `classes` are read.
 * @returns A Vega-Lite specification with the data inside.
 * @throws RangeError for an unknown theme.
 * @see Vega-Lite 6 (the test validates against its schema)
 * @example
 * classScoresChart(classificationReport(['a', 'b'], ['a', 'b'])).title; // 'Scores of each class'
 */
export function classScoresChart(
  report: Pick<ClassificationReport, 'classes'>,
  options: ChartOptions = {},
): VegaLiteSpec {
  const names = shortenNames(
    report.classes.map(({ name }) => name),
    24,
  );
  const values = report.classes.flatMap(({ precision, recall, f1Score }, row) =>
    [precision, recall, f1Score].map((value, i) => ({ name: names[row], score: scores[i], value })),
  );
  const step = names.length > 12 ? 22 : 32;
  return chartSpec('Scores of each class', options, {
    width: options.width ?? 320,
    height: options.height ?? { step, for: 'position' },
    data: { values },
    encoding: {
      // As a domain: to sort by a list Vega compares each row with each name, one call within the other.
      y: {
        field: 'name',
        type: 'nominal',
        title: null,
        scale: { domain: names },
        axis: { grid: true, ticks: false },
      },
      x: { field: 'value', type: 'quantitative', title: 'Score', scale: { domain: [0, 1] } },
      // Equal scores stand side by side instead of one upon the other.
      yOffset: { field: 'score', type: 'nominal', sort: scores },
    },
    layer: [
      {
        mark: { type: 'point', filled: true, size: 80, opacity: 1 },
        encoding: pointEncoding(scores, { field: 'score' }),
      },
    ],
  });
}
