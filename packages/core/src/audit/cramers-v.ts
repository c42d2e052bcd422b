/**
 * How strongly two categories go together, 0–1, corrected for what chance makes of small tables.
 *
 * @param counts - A contingency table; no negative counts.
 * @returns 0 where a side has one value only.
 * @see Bergsma (2013), "A bias-correction for Cramér's V and Tschuprow's T" (oracle: oracles/audit.py, SciPy's chi-square)
 */
export function cramersV(counts: readonly (readonly number[])[]): number {
  const rows = counts.filter((row) => row.some((count) => count > 0));
  const columns = (rows[0] ?? []).map((_, column) => rows.reduce((sum, row) => sum + row[column]!, 0));
  const used = columns.filter((sum) => sum > 0).length;
  const total = columns.reduce((sum, value) => sum + value, 0);
  if (rows.length < 2 || used < 2 || total < 2) return 0;
  let chiSquare = 0;
  for (const row of rows) {
    const rowSum = row.reduce((sum, value) => sum + value, 0);
    for (const [column, count] of row.entries()) {
      const expected = (rowSum * columns[column]!) / total;
      if (expected > 0) chiSquare += (count - expected) ** 2 / expected;
    }
  }
  const bias = ((rows.length - 1) * (used - 1)) / (total - 1);
  const phi = Math.max(0, chiSquare / total - bias);
  const corrected = (size: number) => size - (size - 1) ** 2 / (total - 1);
  const least = Math.min(corrected(rows.length), corrected(used)) - 1;
  return least <= 0 ? 0 : Math.min(1, Math.sqrt(phi / least));
}
