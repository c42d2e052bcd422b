import type { Evaluation } from '@graft-ml/core/evaluation';
import { expectedCalibrationError, rocAucScore } from '@graft-ml/metrics';
import type { VegaLiteSpec } from '@graft-ml/metrics/charts';
import { reasonOf } from '@graft-ml/core';
import { evaluationCharts } from '../evaluation-charts.js';
import { chartFigure } from '../page/chart-figure.js';
import { escapeHtml } from '../page/escape-html.js';
import { decimal } from '../page/format.js';
import { section, type ReportContext } from '../page/report-context.js';

/** ROC and precision–recall: what other thresholds would give. */
export async function thresholdsSection({ input }: ReportContext): Promise<string> {
  const charts = evaluationCharts(input.evaluation);
  const roc = await figure('roc', charts.roc, 'ROC curve of each class against the others; behind each name its area');
  const curve = 'Precision–recall curve of each class against the others; behind each name its average precision';
  const precisionRecall = await figure('precision-recall', charts.precisionRecall, curve);
  const area = attempt(() => rocAuc(input.evaluation));
  return section(
    'thresholds',
    'ROC and precision–recall',
    `<p>Each class against all others. The mean area under the ROC curves is ${escapeHtml(area)}; 0.5 is chance, 1 is perfect.</p>
<div class="charts"><div><h3>ROC</h3>${roc}</div><div><h3>Precision–recall</h3>${precisionRecall}</div></div>`,
  );
}

/** Whether scores can be taken for probabilities. */
export async function calibrationSection({ input }: ReportContext): Promise<string> {
  const { reliability } = evaluationCharts(input.evaluation);
  const chart = await figure('calibration', reliability, 'Share of right predictions by their confidence');
  const error = attempt(() => calibrationError(input.evaluation));
  return section(
    'calibration',
    'Calibration',
    `<p>Of predictions with a confidence of 0.8, eight in ten should be right. The expected calibration error (15 bins) is
${escapeHtml(error)}; 0 is perfect. Points below the dashed line were too sure of themselves.</p>
${chart}`,
  );
}

async function figure(id: string, spec: VegaLiteSpec | undefined, label: string): Promise<string> {
  if (spec === undefined) return '<p class="gap">Not drawn: the images of the test do not give such a curve.</p>';
  return chartFigure({ id, spec, label });
}

/** scikit-learn's macro average, one against the rest. */
function rocAuc(evaluation: Evaluation): number {
  const { yTrue, scores, classNames } = scoreTable(evaluation);
  if (classNames.length > 2) return rocAucScore(yTrue, scores, { labels: classNames, multiClass: 'ovr' });
  const positive = classNames[1] as string;
  return rocAucScore(
    yTrue.map((label) => Number(label === positive)),
    scores.map((row) => row[1] ?? 0),
  );
}

function calibrationError(evaluation: Evaluation): number {
  const { yTrue, scores, classNames } = scoreTable(evaluation);
  return expectedCalibrationError(yTrue, scores, { labels: classNames });
}

function scoreTable({ classNames, predictions }: Evaluation) {
  return {
    classNames: [...classNames],
    yTrue: predictions.map(({ trueLabel }) => trueLabel),
    scores: predictions.map(({ scores }) => classNames.map((name) => scores[name] ?? 0)),
  };
}

/** A figure that the data do not give is said to be missing, and why. */
function attempt(figureOf: () => number): string {
  try {
    const figure = figureOf();
    return Number.isNaN(figure) ? 'not defined for these images' : decimal(figure);
  } catch (error) {
    if (error instanceof RangeError) return `not defined (${reasonOf(error)})`;
    throw error;
  }
}
