import { placeName } from '../../datasets/place-name.js';
import { bdi, escapeHtml } from '../page/escape-html.js';
import { count } from '../page/format.js';
import { section, type ReportContext } from '../page/report-context.js';
import { table } from '../page/table.js';

/** More are counted, not named. */
const namedSkips = 200;
const namedGroups = 20;

/** What the model was trained and tested on, so that another can tell whether theirs is the same. */
export function dataSection(context: ReportContext): string {
  const { dataset, evaluation } = context.input;
  const { classNames } = evaluation;
  const sides = dataset?.sides ?? [
    { name: 'test', counts: evaluation.confusionMatrix.map((row) => row.reduce((sum, value) => sum + value, 0)) },
  ];
  const total = (counts: readonly number[]) => counts.reduce((sum, value) => sum + value, 0);
  const counts = table({
    caption: 'Images of each class on each side of the split',
    columns: ['Class', ...sides.map(({ name }) => name)],
    rows: [
      ...classNames.map((name, i) => [{ html: bdi(name) }, ...sides.map((side) => side.counts[i] ?? 0)]),
      ['all', ...sides.map((side) => total(side.counts))],
    ],
  });
  const facts = [
    ['Data set', dataset === undefined ? '–' : bdi(locationOf(dataset.location))],
    ['Fingerprint', dataset?.fingerprint === undefined ? '–' : `<code>${escapeHtml(dataset.fingerprint)}</code>`],
    ['Groups', groupWords(dataset?.groups)],
  ];
  const list = facts.map(([name, value]) => `<dt>${escapeHtml(name ?? '')}</dt><dd>${value ?? ''}</dd>`).join('\n');
  return section(
    'data',
    'Data',
    `<dl class="facts">${list}</dl>\n${counts}\n<h3>Skipped files</h3>\n${skippedTable(context)}`,
  );
}

/** As it was given, but for what means nothing elsewhere, such as `.`. */
function locationOf(location: string): string {
  return /[^./\\]/.test(location) ? location : placeName(location);
}

function groupWords(
  groups: { readonly count: number; readonly onSeveralSides: readonly string[] } | undefined,
): string {
  if (groups === undefined)
    return 'none known: each image stands for itself. Images of one patient or place may lie on both sides';
  const { count: amount, onSeveralSides: mixed } = groups;
  if (mixed.length === 0) return `${escapeHtml(count(amount, 'group'))}; ✓ none lies on two sides of the split`;
  const names = mixed.slice(0, namedGroups).map(bdi).join(', ');
  const more = mixed.length > namedGroups ? `, and ${mixed.length - namedGroups} more` : '';
  return `${escapeHtml(count(amount, 'group'))}; ✗ ${mixed.length} on two sides of the split (the test is not independent): ${names}${more}`;
}

function skippedTable({ input, pathOf }: ReportContext): string {
  const { dataset, evaluation } = input;
  const skipped = dataset?.skipped ?? evaluation.skipped;
  if (skipped.length === 0) return '<p>None.</p>';
  const rows = skipped.slice(0, namedSkips).map(({ path, reason }) => [{ html: bdi(pathOf(path)) }, reason]);
  const more = skipped.length - namedSkips;
  return `${table({ caption: 'Files that were not used', columns: ['File', 'Reason'], rows, quietCaption: true })}${
    more > 0 ? `<p class="soft">${escapeHtml(count(more, 'more file'))}</p>` : ''
  }`;
}
