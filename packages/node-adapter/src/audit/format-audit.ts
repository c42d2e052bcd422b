import { textTable, type AuditCheck, type AuditReport, type AuditTable, type CheckVerdict } from '@graft-ml/core';
import { visibleText } from '../visible-text.js';
import { wrapText } from './wrap-text.js';

/** How {@link formatAudit} writes. */
export interface FormatAuditOptions {
  /** Marks verdicts with the terminal's colours. Default: false. */
  readonly colors?: boolean | undefined;
  /** Columns of the terminal, 40 or more. Default: 80. */
  readonly width?: number | undefined;
}

const words: Readonly<Record<CheckVerdict, string>> = {
  ok: 'ok',
  note: 'note',
  warning: 'WARNING',
  shortcut: 'SHORTCUT',
  leakage: 'LEAKAGE',
  notMeasured: 'not measured',
};

/** Codes of colours: bright enough on dark and on light ground. */
const colorCodes: Readonly<Record<CheckVerdict, number>> = {
  ok: 32,
  note: 36,
  warning: 33,
  shortcut: 31,
  leakage: 31,
  notMeasured: 90,
};

/** What is told first. */
const telling: readonly CheckVerdict[] = ['shortcut', 'leakage', 'warning', 'note', 'notMeasured', 'ok'];

/** Rows of a table, and sets of images, that are printed; `--json` has all. */
const mostRows = 8;

/**
 * An audit as text for people: a table of all checks, what they mean, the verdict in the last line.
 * @example `console.log(formatAudit(await auditDataset(dataset)))`
 */
export function formatAudit(report: AuditReport, options: FormatAuditOptions = {}): string {
  const { colors = false, width = 80 } = options;
  const paint = (text: string, verdict: CheckVerdict) =>
    colors ? `\u001b[${colorCodes[verdict]}m${text}\u001b[39m` : text;
  const told = telling.flatMap((verdict) => report.checks.filter((check) => check.verdict === verdict));
  const lines = [
    ...wrapText(headline(report), width),
    '',
    ...checkTable(report, paint),
    '',
    ...told.flatMap((check) => [
      `${paint(words[check.verdict], check.verdict)}  ${visibleText(check.title)}`,
      ...wrapText(check.sentence, width - 2).map((line) => `  ${line}`),
      ...(check.table && isWorthATable(check) ? tableLines(check.table, width) : []),
      '',
    ]),
    ...verdictLines(report, { paint, width }),
  ];
  return lines.join('\n');
}

function headline({ images, classNames, counts, validation, backbone, metric }: AuditReport): string {
  const classes = classNames.map((name, code) => `${visibleText(name)} ${counts[code] ?? 0}`);
  const shown = classes.length > 8 ? [...classes.slice(0, 8), `${classes.length - 8} more`] : classes;
  const sampled = validation.images < images ? ` on ${validation.images} of the images` : '';
  const folds = `${validation.folds} folds × ${validation.repeats}${validation.grouped ? ', groups kept together' : ''}${sampled}`;
  const model = backbone === null ? 'no real model: shares are of the way to perfect' : `real model: ${backbone}`;
  const figure = metric === 'accuracy' ? 'accuracy' : 'balanced accuracy (mean recall)';
  return `${images} images in ${classNames.length} classes: ${shown.join(', ')}. Cross-validated ${figure}, ${folds}, seed ${validation.seed}; ${model}.`;
}

function checkTable({ checks }: AuditReport, paint: (text: string, verdict: CheckVerdict) => string): string[] {
  const rows = checks.map(({ title, accuracy, interval, chance, share, kind, verdict }) => [
    title,
    figure(accuracy),
    interval === undefined ? '' : `${figure(interval.low)}–${figure(interval.high)}`,
    figure(chance),
    share === undefined || kind !== 'probe' ? '' : `${Math.round(share * 100)} %`,
    words[verdict],
  ]);
  const [head = '', ...body] = textTable([['check', 'accuracy', '95 %', 'chance', 'share', 'verdict'], ...rows]).split(
    '\n',
  );
  return [
    head,
    ...body.map((line, place) => {
      const verdict = checks[place]?.verdict ?? 'ok';
      const word = words[verdict];
      return `${line.slice(0, line.length - word.length)}${paint(word, verdict)}`;
    }),
  ];
}

function figure(value: number | undefined): string {
  return value === undefined ? '' : value.toFixed(2);
}

function isWorthATable({ name, verdict }: AuditCheck): boolean {
  return verdict !== 'ok' || name === 'external';
}

function tableLines({ columns, rows }: AuditTable, width: number): string[] {
  const shown = rows.slice(0, mostRows).map((row) => row.map((cell) => shorten(visibleText(String(cell)), 28)));
  const lines = textTable([columns.map((name) => shorten(visibleText(name), 28)), ...shown]).split('\n');
  const rest = rows.length > mostRows ? [`    … ${rows.length - mostRows} more rows; --json has all`] : [];
  return [...lines.map((line) => shorten(`    ${line}`, width)), ...rest];
}

function verdictLines(
  { verdict, sentence }: AuditReport,
  { paint, width }: { readonly paint: (text: string, verdict: CheckVerdict) => string; readonly width: number },
): string[] {
  const start = `verdict: ${words[verdict]}`;
  const lines = wrapText(`${start}. ${sentence}`, width);
  return lines.map((line, i) => (i === 0 ? line.replace(words[verdict], (word) => paint(word, verdict)) : line));
}

function shorten(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
