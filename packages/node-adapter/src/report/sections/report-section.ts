import type { ClassIntervals } from '@graft-ml/core/evaluation';
import { evaluationCharts } from '../evaluation-charts.js';
import { chartFigure } from '../page/chart-figure.js';
import { bdi } from '../page/escape-html.js';
import { decimal, percent } from '../page/format.js';
import { section, type ReportContext } from '../page/report-context.js';
import { table, type Cell } from '../page/table.js';

/** scikit-learn's classification report as a table, with the intervals that it lacks. */
export async function reportSection(context: ReportContext): Promise<string> {
  const { evaluation, intervals } = context.input;
  const { classes, macroAvg, weightedAvg, accuracy } = evaluation.report;
  const rows = classes.map(({ name, precision, recall, f1Score, support }): Cell[] => {
    const own = intervals?.perClass[name];
    return [
      { html: bdi(name) },
      decimal(precision),
      decimal(recall),
      range(own, 'sensitivity'),
      decimal(f1Score),
      support,
    ];
  });
  const averages = [['macro average', macroAvg] as const, ['weighted average', weightedAvg] as const].map(
    ([name, row]): Cell[] => [name, decimal(row.precision), decimal(row.recall), '', decimal(row.f1Score), row.support],
  );
  const total: Cell[] = ['accuracy', '', '', '', decimal(accuracy), evaluation.predictions.length];
  const text = table({
    caption: 'Precision, recall and F1 score of each class, with the 95 % interval of recall',
    columns: ['Class', 'Precision', 'Recall', '95 % interval', 'F1', 'Images'],
    rows: [...rows, total, ...averages],
    numeric: [1, 2, 3, 4, 5],
  });
  const spec = evaluationCharts(evaluation).classScores;
  const label = 'Precision, recall and F1 score of each class, as in the table above';
  const chart = spec === undefined ? '' : await chartFigure({ id: 'scores', spec, label });
  const gaps = (intervals?.gaps ?? []).map((gap) => `<p class="gap">${bdi(gap)}</p>`).join('\n');
  return section(
    'report',
    'Classification report',
    `${text}\n${intervals === undefined ? context.gap('intervals') : gaps}\n${chart}`,
  );
}

function range(intervals: ClassIntervals | undefined, figure: keyof ClassIntervals): string {
  const interval = intervals?.[figure];
  return interval === undefined || interval === null ? '–' : `${percent(interval.lower)} to ${percent(interval.upper)}`;
}
