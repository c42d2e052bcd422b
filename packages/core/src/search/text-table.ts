/**
 * Lays out rows in columns, two spaces apart: the first column to the left, numbers to the right.
 * @param rows - The head row first; every row as long as it, but for a last row's cell that may run on.
 * @example `textTable([['name', 'accuracy'], ['vgg16', '0.93']])`
 */
export function textTable(rows: readonly (readonly string[])[]): string {
  const [head = []] = rows;
  const widths = head.map((_, column) =>
    Math.max(...rows.filter((row) => row.length === head.length).map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]) =>
    row.map((cell, column) => {
      const width = widths[column] ?? 0;
      return column === 0 ? cell.padEnd(width) : row.length === head.length ? cell.padStart(width) : cell;
    });
  return rows.map((row) => line(row).join('  ').trimEnd()).join('\n');
}
