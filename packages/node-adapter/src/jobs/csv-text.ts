import { csvLine } from '@graft-ml/core';

/** Rows as CSV. A text that a spreadsheet would run as a formula is led by an apostrophe. */
export function csvText(rows: readonly (readonly string[])[]): string {
  return rows.map((cells) => `${csvLine(cells)}\n`).join('');
}
