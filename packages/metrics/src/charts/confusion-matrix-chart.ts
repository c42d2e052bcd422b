import type { ConfusionMatrix } from '../confusion-matrix.js';
import { shortenNames } from './shorten-names.js';
import { type ChartOptions, chartSpec, type VegaLiteSpec } from './vega-lite-spec.js';

/**
 * A confusion matrix as a heat map: true classes downwards, predictions across, the count in each cell, the colour its share of
 * the true class. Cells shrink as classes grow in number; beyond forty classes counts are left to the colour.
 *
 * @param confusion - What `confusionMatrix` returns.
 * @returns A Vega-Lite specification with the data inside.
 * @throws RangeError for an unknown theme.
 * @see Vega-Lite 6 (the test validates against its schema)
 * @example
 * confusionMatrixChart({ labels: ['a', 'b'], matrix: [[1, 0], [1, 1]] }).title; // 'Confusion matrix'
 */
export function confusionMatrixChart(confusion: ConfusionMatrix, options: ChartOptions = {}): VegaLiteSpec {
  const { cell, nameLimit, fontSize, counts } = layoutOf(confusion);
  const names = shortenNames(confusion.labels.map(String), nameLimit);
  const values = confusion.matrix.flatMap((row, i) => {
    const total = row.reduce((sum, count) => sum + count, 0);
    return row.map((count, j) => ({
      actual: names[i],
      predicted: names[j],
      count,
      share: total > 0 ? count / total : 0,
    }));
  });
  const side = cell * names.length;
  // Names that do not fit above one another stand upright.
  const fits = names.every((name) => name.length * 7 <= cell - 4);
  const axis = { labelFontSize: Math.max(9, Math.min(12, fontSize)), ticks: false, domain: false };
  const text = (filter: string, style: string) => ({
    transform: [{ filter }],
    mark: { type: 'text', style, fontSize },
    encoding: { text: { field: 'count', type: 'quantitative' } },
  });
  return chartSpec('Confusion matrix', options, {
    width: options.width ?? side,
    height: options.height ?? side,
    data: { values },
    encoding: {
      x: {
        field: 'predicted',
        type: 'nominal',
        title: 'Predicted',
        // As a domain: to sort by a list Vega compares each cell with each name.
        scale: { domain: names },
        axis: { ...axis, labelAngle: fits ? 0 : -90 },
      },
      y: { field: 'actual', type: 'nominal', title: 'Actual', scale: { domain: names }, axis },
    },
    layer: [
      {
        mark: { type: 'rect', style: 'cell' },
        encoding: {
          color: {
            field: 'share',
            type: 'quantitative',
            title: 'Share of actual class',
            scale: { domain: [0, 1] },
            legend: { format: '.0%', orient: 'right', gradientLength: Math.min(200, Math.max(100, side)) },
          },
        },
      },
      // Of many cells the empty ones say nothing.
      ...(counts
        ? [
            text(`datum.share <= 0.5${names.length > 12 ? ' && datum.count > 0' : ''}`, 'cellText'),
            text('datum.share > 0.5', 'cellTextStrong'),
          ]
        : []),
    ],
  });
}

/** Few classes have large cells; many have cells that still hold their count. */
function layoutOf({ labels, matrix }: ConfusionMatrix): {
  readonly cell: number;
  readonly nameLimit: number;
  readonly fontSize: number;
  readonly counts: boolean;
} {
  const n = labels.length;
  const digits = matrix.flat().reduce((most, count) => Math.max(most, String(count).length), 1);
  const longest = labels.reduce<number>((most, label) => Math.max(most, String(label).length), 0);
  // Wide enough for names of common length to lie flat.
  const flat = Math.min(100, longest * 7 + 8);
  if (n <= 5) return { cell: Math.max(64, flat, digits * 10 + 12), nameLimit: 24, fontSize: 14, counts: true };
  if (n <= 12) return { cell: Math.max(40, digits * 9 + 8), nameLimit: 22, fontSize: 12, counts: true };
  if (n <= 40) return { cell: Math.max(20, digits * 7 + 6), nameLimit: 20, fontSize: 10, counts: true };
  return { cell: 12, nameLimit: 16, fontSize: 9, counts: false };
}
