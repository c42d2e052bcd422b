import { themeChart } from '@graft-ml/metrics/charts';
import { chartFigure } from '../page/chart-figure.js';
import { escapeHtml } from '../page/escape-html.js';
import { decimal, percent } from '../page/format.js';
import { section, type ReportContext } from '../page/report-context.js';
import { majorityFigure, modelFigure, shortcutFigure, shortcutSentence, verdicts, type Baseline } from './baselines.js';

/** The number, and what it has to be read beside. */
export async function summarySection(context: ReportContext): Promise<string> {
  const { evaluation, intervals, audit, dataset, gaps } = context.input;
  const model = modelFigure(evaluation, intervals);
  const trainCounts = dataset?.sides.find(({ name }) => name === 'train')?.counts;
  const majority = majorityFigure(evaluation, trainCounts);
  const shortcut = shortcutFigure(audit);
  const missing = gaps?.audit ?? 'not measured: run graft audit';
  const loss = { name: 'Loss', value: decimal(evaluation.loss), detail: 'mean cross-entropy of the test images' };
  const figures = [
    card({ ...model, name: 'Accuracy' }),
    card(majority),
    shortcut === undefined ? plainCard({ name: '16×16 thumbnails', value: '–', detail: missing }) : card(shortcut),
    plainCard(loss),
  ];
  const compared = [model, ...(shortcut === undefined ? [] : [shortcut]), majority];
  const chart = await chartFigure({
    id: 'baselines',
    spec: baselinesChart(compared),
    label: `Accuracy beside baselines: ${compared.map(({ name, accuracy }) => `${name} ${percent(accuracy)}`).join(', ')}`,
    caption: 'accuracy; uprights at the ends of a line: its 95 % interval',
  });
  const sentence = shortcutSentence(model, shortcut);
  const warning =
    sentence === undefined
      ? ''
      : `<div class="verdict bad"><p><strong>Do not trust this number yet.</strong> ${escapeHtml(sentence)}</p></div>`;
  const verdict =
    audit === undefined
      ? context.gap('audit')
      : `<div class="verdict ${verdicts[audit.verdict].tone}"><p><strong>Audit: ${escapeHtml(verdicts[audit.verdict].text)}.</strong> ${escapeHtml(audit.sentence)} <a href="#audit">What was checked</a></p></div>`;
  return section(
    'summary',
    'Summary',
    `<dl class="figures">${figures.join('\n')}</dl>\n${warning}${verdict}\n${chart}`,
  );
}

function card({ name, accuracy, low, high, detail }: Baseline): string {
  const range = low === undefined || high === undefined ? '' : `95 % interval ${percent(low)} to ${percent(high)}; `;
  return plainCard({ name, value: percent(accuracy), detail: range + detail });
}

function plainCard({
  name,
  value,
  detail,
}: {
  readonly name: string;
  readonly value: string;
  readonly detail: string;
}): string {
  return `<div><dt>${escapeHtml(name)}</dt><dd class="value">${escapeHtml(value)}</dd><dd class="detail">${escapeHtml(detail)}</dd></div>`;
}

/** Accuracies on one scale, with their intervals. */
function baselinesChart(figures: readonly Baseline[]): Readonly<Record<string, unknown>> {
  const values = figures.map(({ name, accuracy, low = null, high = null }) => ({
    ...{ name, accuracy, low, high },
    text: percent(accuracy),
  }));
  const names = figures.map(({ name }) => name);
  const y = {
    field: 'name',
    type: 'nominal',
    title: null,
    sort: names,
    axis: { grid: true, ticks: false, domain: false },
  };
  const axis = { values: [0, 0.2, 0.4, 0.6, 0.8, 1], format: '.1f' };
  const x = { type: 'quantitative', title: 'accuracy', scale: { domain: [0, 1] }, axis };
  return themeChart(
    {
      title: 'Beside baselines',
      width: 280,
      height: { step: 34 },
      data: { values },
      encoding: { y },
      layer: [
        {
          transform: [{ filter: 'isValid(datum.low)' }],
          mark: { type: 'errorbar', ticks: true, thickness: 2, size: 12 },
          encoding: { x: { ...x, field: 'low' }, x2: { field: 'high' } },
        },
        { mark: { type: 'point', filled: true, size: 90, opacity: 1 }, encoding: { x: { ...x, field: 'accuracy' } } },
        {
          mark: { type: 'text', style: 'markerText', dy: -11 },
          encoding: { x: { ...x, field: 'accuracy' }, text: { field: 'text', type: 'nominal' } },
        },
      ],
    },
    'light',
  );
}
