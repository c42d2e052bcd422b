import { DatasetError } from '../errors.js';

/** What {@link parseCsv} read. */
export interface CsvTable {
  readonly header: readonly string[];
  /** Each as long as the header. */
  readonly rows: readonly (readonly string[])[];
}

/**
 * Reads comma-separated values with a header: quoted fields, doubled quotes, CR LF or LF, a byte-order mark, empty lines. Cells are
 * plain again, as {@link plainCell} makes them.
 *
 * @throws DatasetError for a quote that is not closed, or a row with another number of fields; both name the line.
 * @see RFC 4180
 */
export function parseCsv(text: string): CsvTable {
  const field = /(?:"([^"]*(?:""[^"]*)*)"|([^",\r\n]*))(,|\r?\n|\r|$)/gy;
  field.lastIndex = text.startsWith('\uFEFF') ? 1 : 0;
  const rows: string[][] = [];
  let row: string[] = [];
  while (field.lastIndex < text.length || row.length > 0) {
    const start = field.lastIndex;
    const match = field.exec(text);
    if (!match) {
      const line = text.slice(0, start).split(/\r\n|\r|\n/).length;
      throw new DatasetError(
        `line ${line} of the CSV has a stray or open quote; close it, and double quotes inside fields`,
      );
    }
    row.push(plainCell(match[1] === undefined ? match[2]! : match[1].replaceAll('""', '"')));
    if (match[3] === ',') continue;
    // An empty line is none; one empty text in quotes is a row.
    if (row.length > 1 || match[1] !== undefined || row[0] !== '') rows.push(row);
    row = [];
  }
  const [header = [], ...body] = rows;
  const wrong = body.findIndex((fields) => fields.length !== header.length);
  if (wrong >= 0) {
    throw new DatasetError(
      `row ${wrong + 1} of the CSV has ${body[wrong]!.length} fields, its header ${header.length}; make them equal`,
    );
  }
  return { header: header.map((name) => name.trim()), rows: body };
}

/**
 * One line of comma-separated values, quoted where needed. A text that a spreadsheet would run as a formula is led by an apostrophe.
 *
 * @example `csvLine(['a', 'b,c', '=1+1']) // 'a,"b,c",\'=1+1'`
 */
export function csvLine(fields: readonly string[]): string {
  return fields
    .map(guardedCell)
    .map((text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text))
    .join(',');
}

/**
 * Takes the apostrophe away that {@link csvLine} put before what looks like a formula; other texts stay as they are.
 *
 * @example `plainCell("'=1+1") // '=1+1'`
 */
export function plainCell(text: string): string {
  return guarded.test(text) ? text.slice(1) : text;
}

// A spreadsheet of Japanese or Chinese letters takes the wide signs for these as well.
const formula = /^'*[=+\-@\t\r\n＝＋－＠]/;
const guarded = /^'+[=+\-@\t\r\n＝＋－＠]/;

/** A text that begins with an apostrophe of its own gets one more, so that no two texts are written alike. A number is no formula. */
function guardedCell(text: string): string {
  return formula.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text;
}
