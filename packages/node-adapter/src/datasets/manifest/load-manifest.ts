import { stat } from 'node:fs/promises';
import { dirname, resolve, sep } from 'node:path';
import { DatasetError, throwIfAborted, type Dataset, type Sample } from '@graft-ml/core';
import { compareCodeUnits, type SkippedFile } from '../walk-files.js';
import { ListedFiles } from './listed-files.js';
import { layOut, type ManifestColumns, type ManifestField, type ManifestFilter } from './manifest-columns.js';
import { readManifestPath } from './manifest-path.js';
import { readSplit, readWeight } from './manifest-values.js';
import { readTable, type Table } from './read-table.js';

/** How {@link loadManifest} reads. */
export interface LoadManifestOptions {
  /** The folder that paths are relative to and must not leave. Default: the manifest's own. */
  readonly root?: string | undefined;
  /** Names of columns, where they are not `path`, `label`, `group`, `split` and `weight`. */
  readonly columns?: ManifestColumns | undefined;
  /** Rows to keep; all others are passed over. Default: all. */
  readonly where?: ManifestFilter | undefined;
  /**
   * What becomes of rows whose file is not there. `skip` lists them in `skipped`; `keep` makes samples of them all the
   * same and looks at no file: a listing. Default `skip`.
   */
  readonly absentFiles?: 'skip' | 'keep' | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Also lets rows be shorter or longer than the first, which real collections have. Default: they are refused. */
  readonly unevenRows?: boolean | undefined;
}

/**
 * Loads a data set from a table: CSV, TSV, or a JSON array of objects, with the columns `path`, `label` and, if you like,
 * `group`, `split` (`train`, `validation`, `test`) and `weight`. Samples keep the rows' order; a sample's `id` is its
 * path within the root. A path may be an `https:` or `http:` address, which is read when the image is.
 *
 * Rows without a label, with a file that is absent, or that repeat an earlier row are listed in `skipped`.
 *
 * @throws DatasetError if the file cannot be read or lacks a column; if a path leads out of the root; if one path has two
 *   labels; if a split or weight cannot be read; if no sample is left. AbortedError.
 * @example `const dataset = await loadManifest('rows.csv', { columns: { group: 'patient' }, where: { view: 'PA' } });`
 */
export async function loadManifest(file: string, options: LoadManifestOptions = {}): Promise<Dataset> {
  const { absentFiles = 'skip' } = options;
  const root = resolve(options.root ?? dirname(file));
  await requireRoot(root, file);
  const { rows, skipped } = await readManifestRows(file, { ...options, root, required: ['path', 'label'] });
  const samples = absentFiles === 'keep' ? rows : await keepPresent(rows, { root, skipped });
  if (samples.length === 0) {
    const why = skipped[0] === undefined ? '' : `, such as ${skipped[0].path}: ${skipped[0].reason}`;
    throw new DatasetError(
      `${file} names no image that can be used (${skipped.length} rows were skipped${why}); paths are relative to ${root}`,
      { subject: file },
    );
  }
  const classNames = [...new Set(samples.map((sample) => sample.label))].sort(compareCodeUnits);
  return { classNames, samples, skipped };
}

/** What {@link readManifestRows} needs. */
export interface ReadRowsOptions extends Omit<LoadManifestOptions, 'absentFiles'> {
  /** Absolute. */
  readonly root: string;
  readonly required: readonly ManifestField[];
  /** Told of each row's id, also of one that repeats or is empty; rows for which it is false are passed over. Default: all are taken. */
  readonly takes?: ((id: string) => boolean) | undefined;
}

/** Reads the rows of a manifest, in their order, without looking for the files. */
export async function readManifestRows(
  file: string,
  options: ReadRowsOptions,
): Promise<{ readonly rows: Sample[]; readonly skipped: SkippedFile[] }> {
  const table = await readTable(file, options);
  try {
    return await readRows(table, file, options);
  } finally {
    table.close();
  }
}

async function readRows(
  table: Table,
  file: string,
  options: ReadRowsOptions,
): Promise<{ readonly rows: Sample[]; readonly skipped: SkippedFile[] }> {
  const { root, required, signal, takes } = options;
  const { cell, keeps } = layOut(table.header, { ...options, file });
  const needsLabel = required.includes('label');
  const rows: Sample[] = [];
  const intern = interner();
  const skipped: SkippedFile[] = [];
  /** Where in `rows` an id stands, and for each of these which row of the file it is. */
  const seen = new Map<string, number>();
  const rowNumbers: number[] = [];
  // The first row names the columns.
  let row = 1;
  for await (const batch of table.batches) {
    throwIfAborted(signal);
    for (const cells of batch) {
      row += 1;
      if (!keeps(cells)) continue;
      const text = cell(cells, 'path');
      const label = cell(cells, 'label');
      if (text === '') {
        if (takes?.('') === false) continue;
        skipped.push({ path: `${file} row ${row}`, reason: 'it names no file' });
        continue;
      }
      if (label === '' && needsLabel) {
        skipped.push({ path: text, reason: `row ${row} of ${file} gives it no label` });
        continue;
      }
      const where = { root, file, row };
      const target = readManifestPath(text, where);
      const id = target.kind === 'file' ? target.id : target.url.href;
      if (takes !== undefined && !takes(id)) continue;
      const earlier = seen.get(id);
      if (earlier !== undefined) {
        const [firstRow = 0, first = ''] = [rowNumbers[earlier], rows[earlier]?.label];
        if (first !== label) throw twoLabels({ file, text, rows: [firstRow, row], labels: [first, label] });
        skipped.push({ path: text, reason: `row ${row} of ${file} repeats row ${firstRow}` });
        continue;
      }
      seen.set(id, rows.length);
      rowNumbers.push(row);
      // Every sample has the same fields: a million objects of one shape take less memory, and less time.
      rows.push({
        id,
        source: target.kind === 'file' ? pathBelow(root, id) : target.url,
        label: intern(label),
        group: intern(cell(cells, 'group')) || undefined,
        split: readSplit(cell(cells, 'split'), where),
        weight: readWeight(cell(cells, 'weight'), where),
      });
    }
  }
  return { rows, skipped };
}

/** Those whose file is there; the others are added to `skipped`. Addresses are taken as they are. */
export async function keepPresent(
  rows: readonly Sample[],
  { root, skipped }: { readonly root: string; readonly skipped: SkippedFile[] },
): Promise<Sample[]> {
  const files = await ListedFiles.of(
    root,
    rows.filter(isFile).map((row) => row.id),
  );
  const there: Sample[] = [];
  for (const row of rows) {
    const reason = !isFile(row) || files.has(row.id) ? undefined : await files.problem(row.id);
    if (reason === undefined) there.push(row);
    else skipped.push({ path: pathBelow(root, row.id), reason });
  }
  return there;
}

function isFile({ source }: Sample): boolean {
  return typeof source === 'string';
}

/** As `join(root, id)`, for an id that is normal already. */
function pathBelow(root: string, id: string): string {
  const start = root.endsWith(sep) ? root : root + sep;
  return start + (sep === '/' ? id : id.replaceAll('/', sep));
}

/** Gives equal texts back as one: a column of labels holds few of them, a million times. */
function interner(): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    const first = known.get(text);
    if (first !== undefined) return first;
    known.set(text, text);
    return text;
  };
}

async function requireRoot(root: string, file: string): Promise<void> {
  const status = await stat(root).catch(() => undefined);
  if (status?.isDirectory() === true) return;
  throw new DatasetError(`${root}, the root of ${file}, is no folder; name the folder that its paths are relative to`, {
    subject: root,
  });
}

function twoLabels(options: {
  readonly file: string;
  readonly text: string;
  readonly rows: readonly [number, number];
  readonly labels: readonly [string, string];
}): DatasetError {
  const { file, text, rows, labels } = options;
  return new DatasetError(
    `${file} gives ${JSON.stringify(text)} two labels: ${JSON.stringify(labels[0])} in row ${rows[0]} and ${JSON.stringify(labels[1])} in row ${rows[1]}; keep one row`,
    { subject: file },
  );
}
