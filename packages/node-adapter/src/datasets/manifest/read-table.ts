import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { DatasetError, quoteNames, reasonOf } from '@graft-ml/core';
import type { Parser } from 'csv-parse';

/** A file of rows, each a list of texts in the order of `header`. */
export interface Table {
  readonly header: readonly string[];
  /** Rows come in batches: to wait for each of a million takes longer than to read it. */
  readonly batches: AsyncIterable<RowBatch> | Iterable<RowBatch>;
  /** Closes the file, also where no batch was asked for. */
  readonly close: () => void;
}

/** Rows, each a cell for each column. */
export type RowBatch = readonly (readonly string[])[];

/** Options of {@link readTable}. */
export interface ReadTableOptions {
  /** Lets CSV rows hold fewer or more cells than the header. Default: they are refused. */
  readonly unevenRows?: boolean | undefined;
}

type TableReader = (file: string, options: ReadTableOptions) => Promise<Table>;

const readers: ReadonlyMap<string, TableReader> = new Map<string, TableReader>([
  ['.csv', (file, options) => readSeparated(file, { ...options, delimiter: ',' })],
  ['.tsv', (file, options) => readSeparated(file, { ...options, delimiter: '\t' })],
  ['.json', (file) => readJson(file)],
]);

/** True for the name of a file that {@link readTable} reads. */
export function isTableFile(name: string): boolean {
  return readers.has(extname(name).toLowerCase());
}

/** csv-parse would take the first one for all: in a file put together on two systems, cells would end in a carriage return. */
export const lineEnds: readonly string[] = ['\r\n', '\n', '\r'];

/** A row that never ends, such as one whose quote is never closed, is refused at this size. */
const MAX_ROW_BYTES = 1_000_000;

/** As many different names as the entries of a JSON file may have. */
const MAX_JSON_COLUMNS = 1000;

/** Rows that are parsed ahead. */
const BATCH_ROWS = 1024;

/**
 * Reads a CSV or TSV file row by row (with or without byte-order mark, quoted or not, any line ends), or a JSON array of
 * flat objects as a whole.
 *
 * @throws DatasetError, also from `batches`, if the file cannot be read, is of another kind, or a row is damaged.
 * @example `const { header, batches } = await readTable('rows.csv'); for await (const rows of batches) …`
 */
export async function readTable(file: string, options: ReadTableOptions = {}): Promise<Table> {
  const read = readers.get(extname(file).toLowerCase());
  if (read === undefined) {
    throw new DatasetError(`${file} is no table by its name; expected a file ending in ${quoteNames(readers.keys())}`, {
      subject: file,
    });
  }
  const facts = await stat(file).catch((cause: unknown) => {
    throw tableError(file, cause);
  });
  // A pipe or a device may never end, or never begin.
  if (!facts.isFile() && !facts.isDirectory()) {
    throw new DatasetError(`${file} is no regular file; name a file of rows`, { subject: file });
  }
  return read(file, options);
}

async function readSeparated(file: string, options: ReadTableOptions & { delimiter: string }): Promise<Table> {
  const { parse } = await import('csv-parse');
  const input = createReadStream(file);
  const parser = parse({
    bom: true,
    delimiter: options.delimiter,
    record_delimiter: [...lineEnds],
    relax_column_count: options.unevenRows === true,
    skip_empty_lines: true,
    max_record_size: MAX_ROW_BYTES,
    // A stream's option, which csv-parse hands on but does not declare.
    ...{ readableHighWaterMark: BATCH_ROWS },
  });
  // `pipe` passes rows on, but not the file's errors.
  input.on('error', (error) => parser.destroy(error));
  const batches = readBatches(input.pipe(parser), file);
  const close = () => void input.destroy();
  try {
    const first = await batches.next();
    if (first.done === true) {
      throw new DatasetError(`${file} is empty; expected a first row that names the columns`, { subject: file });
    }
    const [header = [], ...rest] = first.value;
    async function* rows(): AsyncGenerator<RowBatch, void, undefined> {
      yield rest;
      yield* batches;
    }
    return { header, batches: rows(), close };
  } catch (error) {
    close();
    throw error;
  }
}

/** What has been parsed so far, again and again, until the end. */
async function* readBatches(parser: Parser, file: string): AsyncGenerator<RowBatch, void, undefined> {
  const state: { failure?: unknown; isOver: boolean } = { isOver: false };
  let wake: () => void = () => undefined;
  parser.on('readable', () => wake());
  parser.on('end', () => {
    state.isOver = true;
    wake();
  });
  parser.on('error', (error) => {
    state.failure = error;
    wake();
  });
  for (;;) {
    const batch: string[][] = [];
    for (let row = parser.read() as string[] | null; row !== null; row = parser.read() as string[] | null) {
      batch.push(row);
    }
    if (batch.length > 0) yield batch;
    else if (state.failure !== undefined) throw tableError(file, state.failure);
    else if (state.isOver) return;
    else await new Promise<void>((resolve) => (wake = resolve));
  }
}

async function readJson(file: string): Promise<Table> {
  let value: unknown;
  try {
    const text = await readFile(file, 'utf8');
    value = JSON.parse(text.startsWith('\uFEFF') ? text.slice(1) : text);
  } catch (cause) {
    throw tableError(file, cause);
  }
  if (!Array.isArray(value)) {
    throw new DatasetError(`${file} holds no JSON array; expected [{ "path": …, "label": … }, …]`, { subject: file });
  }
  const header = new Map<string, number>();
  for (const [index, row] of value.entries()) {
    if (typeof row !== 'object' || row === null || Array.isArray(row)) {
      throw new DatasetError(`${file} holds ${JSON.stringify(row)} as entry ${index + 1}; expected an object`, {
        subject: file,
      });
    }
    for (const name of Object.keys(row as object)) if (!header.has(name)) header.set(name, header.size);
  }
  const names = [...header.keys()];
  // Each row gets a cell for each column: rows that all name others would take memory with their square.
  if (names.length > MAX_JSON_COLUMNS) {
    throw new DatasetError(
      `${file} names ${names.length.toLocaleString('en')} columns; expected ${MAX_JSON_COLUMNS.toLocaleString('en')} at most, the same ones in every entry`,
      { subject: file },
    );
  }
  const rows = (value as Record<string, unknown>[]).map((row, index) =>
    names.map((name) => {
      const cell = Object.hasOwn(row, name) ? row[name] : null;
      if (cell === null) return '';
      if (typeof cell === 'string' || typeof cell === 'number' || typeof cell === 'boolean') return String(cell);
      throw new DatasetError(
        `${file} holds ${JSON.stringify(cell)} under ${JSON.stringify(name)} of entry ${index + 1}; expected a text or a number`,
        { subject: file },
      );
    }),
  );
  return { header: names, batches: [rows], close: () => undefined };
}

function tableError(file: string, cause: unknown): DatasetError {
  const { code } = cause as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new DatasetError(`${file} cannot be opened: there is no such file; check the path`, {
      subject: file,
      cause,
    });
  }
  if (code === 'EISDIR') {
    return new DatasetError(`${file} is a folder, expected a file of rows`, { subject: file, cause });
  }
  const reason = reasonOf(cause).split('\n')[0] ?? '';
  return new DatasetError(`${file} cannot be read as a table: ${reason}; correct the file`, { subject: file, cause });
}
