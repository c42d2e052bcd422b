import { readFile, stat } from 'node:fs/promises';
import { DatasetError, plainCell, quoteNames, reasonOf } from '@graft-ml/core';
import type { Label } from '@graft-ml/metrics';
import { lineEnds } from '../datasets/manifest/read-table.js';

/** Labels and scores of a CSV file. */
export interface MetricsTable {
  readonly yTrue: readonly Label[];
  readonly yPred: readonly Label[];
  /** Classes in the order of the score columns; undefined without any. */
  readonly classNames: readonly Label[] | undefined;
  /** A row of scores for each sample; undefined without score columns. */
  readonly scores: readonly (readonly number[])[] | undefined;
}

const scorePrefix = 'score_';

/** Ten million rows of three classes. What is larger does not fit into a text of JavaScript's. */
const mostBytes = 500_000_000;

/**
 * Reads a CSV with the columns `y_true`, `y_pred` and, if there are scores, `score_<class>` for each class. An apostrophe that keeps
 * spreadsheets from running a label is no part of it.
 * @throws DatasetError if the file cannot be read, lacks a column, has no rows, or a score is no finite number.
 */
export async function readMetricsCsv(file: string): Promise<MetricsTable> {
  const refuse = (reason: string, cause?: unknown) => new DatasetError(`${file} ${reason}`, { subject: file, cause });
  const { parse } = await import('csv-parse/sync');
  const facts = await stat(file).catch((cause: unknown) => {
    const reason = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : reasonOf(cause);
    throw refuse(`cannot be read: ${reason}; check the path`, cause);
  });
  // A pipe or a device may never end.
  if (!facts.isFile()) throw refuse('is no regular file; name a CSV file');
  if (facts.size > mostBytes) throw refuse(`has ${facts.size} bytes, more than ${mostBytes}; split it`);
  let records: string[][];
  try {
    records = parse(await readFile(file), { bom: true, record_delimiter: [...lineEnds], skip_empty_lines: true });
  } catch (cause) {
    throw refuse(`cannot be read as CSV: ${reasonOf(cause)}`, cause);
  }
  const [header = [], ...rows] = records;
  const missing = ['y_true', 'y_pred'].filter((name) => !header.includes(name));
  if (missing.length > 0) {
    throw refuse(`lacks ${quoteNames(missing)}; expected the columns y_true, y_pred and, for scores, score_<class>`);
  }
  const twice = header.filter((name, index) => header.indexOf(name) !== index);
  if (twice.length > 0) throw refuse(`names ${quoteNames(twice)} twice; name each column once`);
  if (rows.length === 0) throw refuse('holds no rows; expected one for each sample');
  const column = (name: string): string[] => rows.map((row) => plainCell(row[header.indexOf(name)] ?? ''));
  const scoreColumns = header.flatMap((name, index) => (name.startsWith(scorePrefix) ? [index] : []));
  const classNames = scoreColumns.map((index) => (header[index] ?? '').slice(scorePrefix.length));
  const scores = rows.map((row, line) =>
    scoreColumns.map((index) => {
      const text = row[index] ?? '';
      const value = Number(text);
      if (text.trim() === '' || !Number.isFinite(value)) {
        throw refuse(
          `has ${JSON.stringify(text)} in row ${line + 2}, column ${JSON.stringify(header[index] ?? '')}; expected a finite number`,
        );
      }
      return value;
    }),
  );
  const labels = { yTrue: column('y_true'), yPred: column('y_pred'), classNames };
  const asLabel = labelReader(Object.values(labels).flat());
  return {
    yTrue: labels.yTrue.map(asLabel),
    yPred: labels.yPred.map(asLabel),
    classNames: scoreColumns.length > 0 ? classNames.map(asLabel) : undefined,
    scores: scoreColumns.length > 0 ? scores : undefined,
  };
}

/** Where every label is written as a whole number, labels are numbers: 10 then sorts behind 9, as pandas reads it. */
function labelReader(texts: readonly string[]): (text: string) => Label {
  const allWhole = texts.every((text) => /^(0|-?[1-9]\d{0,14})$/.test(text));
  return allWhole ? Number : (text) => text;
}
