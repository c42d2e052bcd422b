import { DatasetError, plainCell, quoteNames } from '@graft-ml/core';

/** What a manifest's columns mean. */
export type ManifestField = 'path' | 'label' | 'group' | 'split' | 'weight';

const FIELDS: readonly ManifestField[] = ['path', 'label', 'group', 'split', 'weight'];

/** Names of columns that differ from the fields' own. */
export type ManifestColumns = Readonly<Partial<Record<ManifestField, string | undefined>>>;

/** Rows to keep: column name → the value, or one of the values, that it must have. */
export type ManifestFilter = Readonly<Record<string, string | readonly string[]>>;

/** A header that has been checked, ready to read rows with. */
export interface ManifestLayout {
  /** The cell of a field; '' where the manifest has no such column. */
  readonly cell: (row: readonly string[], field: ManifestField) => string;
  /** True for rows that the filter keeps. */
  readonly keeps: (row: readonly string[]) => boolean;
}

/** What {@link layOut} needs to know beside the header. */
export interface LayoutOptions {
  /** For messages. */
  readonly file: string;
  readonly columns?: ManifestColumns | undefined;
  readonly where?: ManifestFilter | undefined;
  /** Fields that must be there, even where `columns` does not name them. */
  readonly required: readonly ManifestField[];
}

/**
 * Finds the columns of a manifest.
 * @throws DatasetError if a required or named column is missing, or is there twice.
 */
export function layOut(header: readonly string[], options: LayoutOptions): ManifestLayout {
  const { file, columns = {}, where = {}, required } = options;
  const unknown = Object.keys(columns).filter((field) => !(FIELDS as readonly string[]).includes(field));
  if (unknown.length > 0) {
    throw new RangeError(`columns has ${quoteNames(unknown)}; there are ${quoteNames(FIELDS)}`);
  }
  const wanted = FIELDS.filter((field) => required.includes(field) || columns[field] !== undefined);
  const names = [...wanted.map((field) => columns[field] ?? field), ...Object.keys(where)];
  const missing = [...new Set(names)].filter((name) => !header.includes(name));
  if (missing.length > 0) {
    throw new DatasetError(
      `${file} lacks the columns ${quoteNames(missing)}; it has ${quoteNames(header)}: name them in the first row, or say which column to take`,
      { subject: file },
    );
  }
  const at = (field: ManifestField) => requireOnce(header, columns[field] ?? field, file);
  const positions = {
    path: at('path'),
    label: at('label'),
    group: at('group'),
    split: at('split'),
    weight: at('weight'),
  };
  const filters = Object.entries(where).map(([name, values]) => ({
    position: requireOnce(header, name, file),
    values: new Set(typeof values === 'string' ? [values] : values),
  }));
  const plain = cellReader(header);
  return {
    cell: (row, field) => plain(row[positions[field]] ?? ''),
    keeps: (row) => filters.every(({ position, values }) => values.has(row[position] ?? '')),
  };
}

/**
 * How the cells of a table mean what they say: where `graft split` wrote it, an apostrophe keeps spreadsheets from running a text;
 * elsewhere it is part of the text.
 */
export function cellReader(header: readonly string[]): (cell: string) => string {
  return header.includes('split') && header.includes('fingerprint') ? plainCell : String;
}

function requireOnce(header: readonly string[], name: string, file: string): number {
  const position = header.indexOf(name);
  if (position === header.lastIndexOf(name)) return position;
  throw new DatasetError(`${file} names the column ${JSON.stringify(name)} twice; name each column once`, {
    subject: file,
  });
}
