/** Prints rows of cells in columns; numbers stand to the right. */
export function printTable(head, rows) {
  const all = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column].length)));
  const numeric = head.map((_, column) => rows.every((row) => typeof row[column] === 'number' || row[column] === ''));
  console.log();
  for (const row of all) {
    const cells = row.map((cell, i) => (numeric[i] ? cell.padStart(widths[i]) : cell.padEnd(widths[i])));
    console.log(cells.join('  ').trimEnd());
  }
}
