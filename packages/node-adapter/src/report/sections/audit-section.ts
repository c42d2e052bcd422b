import type { AuditCheck } from '@graft-ml/core';
import { escapeHtml } from '../page/escape-html.js';
import { percent } from '../page/format.js';
import { section, type ReportContext } from '../page/report-context.js';
import { table, type Cell } from '../page/table.js';
import { verdicts } from './baselines.js';

/** Whether the task can be solved without looking at what the images show. */
export function auditSection(context: ReportContext): string {
  const { audit } = context.input;
  if (audit === undefined) return section('audit', 'Audit of the data', context.gap('audit'));
  const { folds, repeats, grouped, images } = audit.validation;
  const how = `Accuracies are cross-validated (${folds} folds${repeats > 1 ? `, ${repeats} times` : ''}${
    grouped ? ', groups kept together' : ''
  }) on ${images.toLocaleString('en')} images${audit.metric === 'balancedAccuracy' ? '; they are means of the classes’ recalls, since the classes differ in size' : ''}.`;
  const quick = audit.quick
    ? '<p class="gap">This is the quick audit: no network was run for it, and only the cheap checks were made. graft audit makes all.</p>'
    : '';
  const verdict = verdicts[audit.verdict];
  return section(
    'audit',
    'Audit of the data',
    `<div class="verdict ${verdict.tone}"><p><strong>${escapeHtml(verdict.text)}.</strong> ${escapeHtml(audit.sentence)}</p></div>
<p class="soft">${escapeHtml(how)}</p>${quick}
${table({
  caption: 'What was checked, and what was found',
  columns: ['Check', 'Verdict', 'Accuracy', '95 % interval', 'Chance'],
  rows: audit.checks.map(checkRow),
  numeric: [2, 3, 4],
  quietCaption: true,
})}`,
  );
}

function checkRow({ title, verdict, accuracy, interval, chance, sentence }: AuditCheck): Cell[] {
  const { text, tone } = verdicts[verdict];
  const share = (value: number | undefined) => (value === undefined ? '–' : percent(value));
  return [
    { html: `<strong>${escapeHtml(title)}</strong><p>${escapeHtml(sentence)}</p>` },
    { html: `<span class="tag ${tone}">${escapeHtml(text)}</span>` },
    share(accuracy),
    interval === undefined ? '–' : `${percent(interval.low)} to ${percent(interval.high)}`,
    share(chance),
  ];
}
