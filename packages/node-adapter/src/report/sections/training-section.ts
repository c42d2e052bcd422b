import { historyChart } from '@graft-ml/core/charts';
import { chartFigure } from '../page/chart-figure.js';
import { bdi, escapeHtml } from '../page/escape-html.js';
import { count, decimal } from '../page/format.js';
import { section, type ReportContext } from '../page/report-context.js';

/** Loss and accuracy of each epoch. */
export async function trainingSection(context: ReportContext): Promise<string> {
  const { training } = context.input;
  if (training === undefined || training.epochs.length === 0) {
    return section('training', 'Training', context.gap('training'));
  }
  const { backbone, epochs, bestEpoch, fineTuningFrom } = training;
  const last = epochs.at(-1);
  const kept = epochs.find(({ epoch }) => epoch === bestEpoch) ?? last;
  const validated = epochs.some(({ valLoss }) => valLoss !== null);
  const stages =
    fineTuningFrom === undefined ? '' : ` From epoch ${fineTuningFrom} on, parts of the backbone were trained too.`;
  const words = `${bdi(backbone)}, ${escapeHtml(count(epochs.length, 'epoch'))}; the weights of epoch ${bestEpoch} were kept (loss ${decimal(kept?.loss)}${
    validated ? `, validation loss ${decimal(kept?.valLoss)}` : ''
  }).${stages}`;
  const chart = historyChart(epochs, { bestEpoch, ...(fineTuningFrom !== undefined && { fineTuningFrom }) });
  const sets = validated ? ' of training and validation' : '';
  const plots = [
    await plotFigure(chart, { id: 'loss', place: 0, label: `Loss${sets} after each epoch` }),
    await plotFigure(chart, { id: 'accuracy', place: 1, label: `Accuracy${sets} after each epoch` }),
  ];
  const note = validated
    ? ''
    : '<p class="gap">No images were set aside for validation, so the last epoch was kept: give --validation-size.</p>';
  return section('training', 'Training', `<p>${words}</p>\n${note}<div class="charts">${plots.join('\n')}</div>`);
}

/** One of the two plots alone: side by side they would be illegible on a phone. */
async function plotFigure(
  { hconcat, ...rest }: Readonly<Record<string, unknown>>,
  { place, ...figure }: { readonly id: string; readonly place: number; readonly label: string },
): Promise<string> {
  const plot = (hconcat as readonly object[])[place];
  return `<div>${await chartFigure({ ...figure, spec: { ...rest, ...plot } })}</div>`;
}
