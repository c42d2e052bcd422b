import type { FeatureMatrix } from '../head/linear/logistic-regression.js';

// What is left of all squared lengths when no further direction is worth a column.
const negligible = 1e-8;

/**
 * Coordinates of rows in the space that they span, for rows shorter in number than in columns: their products with each other
 * are the same, so that a classifier with a penalty on its length is the same, only smaller.
 *
 * @returns At most as many columns as rows: Cholesky's factor, with pivots, of the rows' products around their mean.
 * @see Harbrecht, Peters and Schneider (2012), "On the low-rank approximation by the pivoted Cholesky decomposition"
 */
export function rowCoordinates(features: FeatureMatrix): FeatureMatrix {
  const { rows } = features;
  const products = centredProducts(features);
  const rest = Float64Array.from({ length: rows }, (_, row) => products[row * rows + row]!);
  const total = rest.reduce((sum, value) => sum + value, 0);
  const factor: Float64Array[] = [];
  for (let step = 0; step < rows; step++) {
    const left = rest.reduce((sum, value) => sum + Math.max(0, value), 0);
    if (left <= negligible * total) break;
    const pivot = rest.indexOf(rest.reduce((a, b) => Math.max(a, b)));
    const column = products.slice(pivot * rows, (pivot + 1) * rows);
    for (const before of factor) {
      const share = before[pivot]!;
      for (let row = 0; row < rows; row++) column[row]! -= share * before[row]!;
    }
    const root = Math.sqrt(rest[pivot]!);
    for (let row = 0; row < rows; row++) {
      column[row]! /= root;
      rest[row]! -= column[row]! ** 2;
    }
    rest[pivot] = 0;
    factor.push(column);
  }
  const columns = factor.length;
  const data = new Float64Array(rows * columns);
  for (const [place, column] of factor.entries()) {
    for (let row = 0; row < rows; row++) data[row * columns + place] = column[row]!;
  }
  return { data, rows, columns };
}

/** Products of all pairs of rows, their mean taken off: it only moves the intercept, and would cost figures. */
function centredProducts({ data, rows, columns }: FeatureMatrix): Float64Array {
  const centred = new Float64Array(rows * columns);
  const means = new Float64Array(columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) means[column]! += data[row * columns + column]! / rows;
  }
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      centred[row * columns + column] = data[row * columns + column]! - means[column]!;
    }
  }
  const products = new Float64Array(rows * rows);
  for (let a = 0; a < rows; a++) {
    for (let b = 0; b <= a; b++) {
      const product = dot(centred, a * columns, { other: b * columns, length: columns });
      products[a * rows + b] = product;
      products[b * rows + a] = product;
    }
  }
  return products;
}

/** Four sums at once, since each has to wait for its last addition. */
function dot(values: Float64Array, at: number, { other, length }: { other: number; length: number }): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  let i = 0;
  for (; i + 3 < length; i += 4) {
    a += values[at + i]! * values[other + i]!;
    b += values[at + i + 1]! * values[other + i + 1]!;
    c += values[at + i + 2]! * values[other + i + 2]!;
    d += values[at + i + 3]! * values[other + i + 3]!;
  }
  for (; i < length; i++) a += values[at + i]! * values[other + i]!;
  return a + b + (c + d);
}
