/** A class label: a string, or an integer. One data set uses one kind only. */
export type Label = string | number;

/** A column of class labels, shape `[n]`: a plain array or a typed array. */
export type Labels = ArrayLike<string> | ArrayLike<number> | ArrayLike<Label>;

/**
 * Orders labels as scikit-learn does: numbers by value, strings by code point.
 * (JavaScript's own order is by UTF-16 code unit, which puts emoji before some rarer letters.)
 */
export function compareLabels(a: Label, b: Label): number {
  if (typeof a === 'number' || typeof b === 'number') return Number(a) - Number(b);
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return (a.codePointAt(at) ?? -1) - (b.codePointAt(at) ?? -1);
}
