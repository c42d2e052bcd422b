/**
 * Spearman's rank correlation: whether one grows where the other does. Values that are alike share the mean of their ranks.
 *
 * @param a - Two values or more.
 * @param b - As many.
 * @returns From −1 to 1; undefined if all values of one side are alike, or one is no number.
 * @see SciPy `spearmanr` (oracle: oracles/explain.py)
 */
export function rankCorrelation(a: ArrayLike<number>, b: ArrayLike<number>): number | undefined {
  const [x, y] = [ranks(a), ranks(b)];
  const mean = (x.length + 1) / 2;
  let [products, squaresX, squaresY] = [0, 0, 0];
  for (const [i, rank] of x.entries()) {
    const [dx, dy] = [rank - mean, y[i]! - mean];
    products += dx * dy;
    squaresX += dx * dx;
    squaresY += dy * dy;
  }
  const result = products / Math.sqrt(squaresX * squaresY);
  return Number.isFinite(result) ? result : undefined;
}

/** 1 for the lowest. */
function ranks(values: ArrayLike<number>): Float64Array {
  const order = Array.from({ length: values.length }, (_, i) => i).sort((i, j) => values[i]! - values[j]!);
  const result = new Float64Array(values.length);
  for (let from = 0, to = 0; from < order.length; from = to) {
    while (to < order.length && values[order[to]!] === values[order[from]!]) to += 1;
    // A value that is no number is not even like itself.
    if (to === from) return result.fill(Number.NaN);
    for (let place = from; place < to; place += 1) result[order[place]!] = (from + to + 1) / 2;
  }
  return result;
}
