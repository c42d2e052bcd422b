import { escapeHtml } from './escape-html.js';

/** A cell: text, or HTML that was made here. */
export type Cell = string | number | { readonly html: string };

/** A table that screen readers can walk through: with a caption, and headings that say what they head. */
export interface TableParts {
  readonly caption: string;
  readonly columns: readonly string[];
  /** The first cell of each row heads it. */
  readonly rows: readonly (readonly Cell[])[];
  /** Columns, from the second, that are numbers. Default: those whose cells are. */
  readonly numeric?: readonly number[];
  /** Hides the caption from sight, where a heading above says the same. */
  readonly quietCaption?: boolean;
}

/** A table as HTML; it scrolls by itself where it is too wide. */
export function table({ caption, columns, rows, numeric, quietCaption = false }: TableParts): string {
  const isNumeric = columns.map(
    (_, i) => numeric?.includes(i) ?? (i > 0 && rows.every((row) => typeof row[i] === 'number')),
  );
  // A last column of words gets room for a sentence.
  const kind = (i: number) =>
    isNumeric[i] ? ' class="number"' : i > 0 && i === columns.length - 1 ? ' class="words"' : '';
  const head = columns.map((name, i) => `<th scope="col"${kind(i)}>${escapeHtml(name)}</th>`).join('');
  const body = rows
    .map(([first = '', ...rest]) => {
      const cells = rest.map((cell, i) => `<td${kind(i + 1)}>${cellHtml(cell)}</td>`).join('');
      return `<tr><th scope="row">${cellHtml(first)}</th>${cells}</tr>`;
    })
    .join('\n');
  return `<div class="scroll" tabindex="0" role="region" aria-label="${escapeHtml(caption)}">
<table>
<caption${quietCaption ? ' class="quiet"' : ''}>${escapeHtml(caption)}</caption>
<thead><tr>${head}</tr></thead>
<tbody>
${body}
</tbody>
</table>
</div>`;
}

function cellHtml(cell: Cell): string {
  return typeof cell === 'object' ? cell.html : escapeHtml(String(cell));
}
