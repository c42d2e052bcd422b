import type { FeatureMatrix } from './logistic-regression.js';

/** Coordinates of vectors in the space that some rows span. */
export interface RowSpace {
  /** The rows' own coordinates, fewer than they had columns. */
  readonly rows: FeatureMatrix;
  /** Coordinates of other rows; what lies outside the space is left out. */
  project(others: FeatureMatrix): FeatureMatrix;
}

// What is left of a row beside its length when it lies in the others' space, by rounding.
const negligible = 1e-10;

/**
 * The space spanned by fewer rows than they have columns. Coefficients with a penalty on their length lie in it, so that a
 * regression on the coordinates is the same one, only smaller.
 * @see the representer theorem: Schölkopf, Herbrich and Smola, 2001
 */
export function rowSpace(features: FeatureMatrix): RowSpace {
  const { rows, columns } = features;
  const basis: Float64Array[] = [];
  for (let row = 0; row < rows; row++) {
    const rest = Float64Array.from(features.data.subarray(row * columns, (row + 1) * columns));
    const before = length(rest);
    // Gram and Schmidt, twice: once is not enough where rows are alike.
    for (let pass = 0; pass < 2; pass++) {
      for (const vector of basis) {
        const share = product(vector, rest, 0);
        for (let i = 0; i < columns; i++) rest[i]! -= share * vector[i]!;
      }
    }
    const left = length(rest);
    if (left <= negligible * before) continue;
    basis.push(rest.map((value) => value / left));
  }
  const project = (others: FeatureMatrix): FeatureMatrix => {
    const data = new Float64Array(others.rows * basis.length);
    for (let row = 0; row < others.rows; row++) {
      for (const [i, vector] of basis.entries()) {
        data[row * basis.length + i] = product(vector, others.data, row * columns);
      }
    }
    return { data, rows: others.rows, columns: basis.length };
  };
  return { rows: project(features), project };
}

function length(values: Float64Array): number {
  return Math.sqrt(product(values, values, 0));
}

/** Four sums at once, since each has to wait for its last addition. */
function product(vector: Float64Array, values: FeatureMatrix['data'], from: number): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  let i = 0;
  for (; i + 3 < vector.length; i += 4) {
    a += vector[i]! * values[from + i]!;
    b += vector[i + 1]! * values[from + i + 1]!;
    c += vector[i + 2]! * values[from + i + 2]!;
    d += vector[i + 3]! * values[from + i + 3]!;
  }
  for (; i < vector.length; i++) a += vector[i]! * values[from + i]!;
  return a + b + (c + d);
}
