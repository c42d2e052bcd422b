import type { Evaluation } from '@graft-ml/core';
import { element } from './element.js';

const percent = (share: number) => `${Math.round(share * 100)} %`;

/** The report and the confusion matrix of the pictures that were kept back. */
export function evaluationView({
  accuracy,
  report,
  confusionMatrix,
  classNames,
  predictions,
}: Evaluation): HTMLElement {
  return element('div', {
    class: 'evaluation',
    attributes: { 'data-accuracy': String(accuracy) },
    children: [
      element('p', {
        children: [
          element('strong', { text: percent(accuracy) }),
          ` right of ${predictions.length} pictures that it never saw.`,
        ],
      }),
      table('Report', {
        columns: ['precision', 'recall', 'F1', 'pictures'],
        rows: report.classes.map(({ name, precision, recall, f1Score, support }) => ({
          name,
          cells: [
            ...[precision, recall, f1Score].map((value) => ({ text: value.toFixed(2) })),
            { text: String(support) },
          ],
        })),
      }),
      table('What it took for what', {
        columns: classNames,
        rows: confusionMatrix.map((counts, row) => ({
          name: classNames[row] ?? '',
          cells: counts.map((count, column) => ({
            text: String(count),
            class: cellClass(count, row === column),
          })),
        })),
        corner: 'shown ↓ taken for →',
      }),
    ],
  });
}

function cellClass(count: number, right: boolean): string {
  if (count === 0) return 'none';
  return right ? 'right' : 'wrong';
}

interface Row {
  readonly name: string;
  readonly cells: readonly { readonly text: string; readonly class?: string }[];
}

function table(
  title: string,
  {
    columns,
    rows,
    corner = '',
  }: { readonly columns: readonly string[]; readonly rows: readonly Row[]; readonly corner?: string },
): HTMLElement {
  const head = [
    element('td', { text: corner }),
    ...columns.map((name) => element('th', { text: name, attributes: { scope: 'col' } })),
  ];
  const body = rows.map(({ name, cells }) =>
    element('tr', {
      children: [
        element('th', { text: name, attributes: { scope: 'row' } }),
        ...cells.map((cell) => element('td', cell)),
      ],
    }),
  );
  return element('div', {
    class: 'scroll',
    attributes: { tabindex: '0', role: 'region', 'aria-label': title },
    children: [
      element('table', {
        children: [
          element('caption', { text: title }),
          element('thead', { children: [element('tr', { children: head })] }),
          element('tbody', { children: body }),
        ],
      }),
    ],
  });
}
