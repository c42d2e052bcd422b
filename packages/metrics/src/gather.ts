/** A column of any kind, one entry for each sample: labels, scores, rows of scores. */
export type Column = ArrayLike<unknown>;

/** The entries of a column at the given positions, in a column of the same kind. */
export function gather<C extends Column>(column: C, positions: ArrayLike<number>): C {
  const Same = (ArrayBuffer.isView(column) ? column.constructor : Array) as new (length: number) => unknown[];
  const picked = new Same(positions.length);
  for (let i = 0; i < positions.length; i++) picked[i] = column[positions[i] as number];
  return picked as unknown as C;
}
