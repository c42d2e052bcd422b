import { keyedRandom } from '../random/keyed-random.js';
import { leadingEigen } from './leading-eigen.js';

/** Data laid along the directions in which they differ most. */
export interface PrincipalComponents {
  /** Coordinates of each row, shape `[n, components]`. */
  readonly scores: readonly Float64Array[];
  /** Share of the variance that each component holds, 0–1, falling. All 0 for rows that are all the same. */
  readonly explainedVarianceRatio: readonly number[];
}

/**
 * Principal component analysis: exact, as scikit-learn's full decomposition, but only the first components are computed.
 *
 * @param rows - Shape `[n, features]`, finite, two rows or more of one length.
 * @param components - How many, at most the smaller of `n` and the number of features. Default: 2.
 * @throws RangeError for rows of different lengths, values that are not finite, or too many components.
 * @see scikit-learn `PCA(svd_solver='full')`, signs as its `svd_flip` chooses them (oracle: oracles/principal_components.py)
 * @example `principalComponents([[0, 0], [1, 1], [2, 2]]).explainedVarianceRatio // [1, 0]`
 */
export function principalComponents(rows: readonly ArrayLike<number>[], components = 2): PrincipalComponents {
  const n = rows.length;
  const d = rows[0]?.length ?? 0;
  const most = Math.min(n, d);
  if (n < 2) throw new RangeError(`rows has ${n}; pass at least two`);
  if (!Number.isInteger(components) || components < 1 || components > most) {
    throw new RangeError(`components is ${components}; expected a whole number from 1 to ${most}`);
  }
  const centred = centre(rows, d);
  const variance = centred.reduce((sum, row) => sum + row.reduce((part, value) => part + value * value, 0), 0);
  if (variance === 0) {
    const none = Array.from({ length: components }, () => 0);
    return { scores: centred.map(() => new Float64Array(components)), explainedVarianceRatio: none };
  }
  // The smaller of the two products with itself has the same eigenvalues.
  const operator =
    n <= d
      ? { size: n, apply: (vector: Float64Array) => times(centred, transposed(centred, vector)) }
      : { size: d, apply: (vector: Float64Array) => transposed(centred, times(centred, vector)) };
  const random = keyedRandom({ seed: 0, purpose: 'principal components' });
  const { values, vectors } = leadingEigen(operator, components, random);
  const columns = vectors.map((vector, k) => {
    const direction = n <= d ? transposed(centred, vector) : vector;
    const projected = n <= d ? scaled(vector, Math.sqrt(Math.max(0, values[k]!))) : times(centred, vector);
    return scaled(projected, signOf(direction));
  });
  return {
    scores: centred.map((_, i) => Float64Array.from(columns, (column) => column[i]!)),
    explainedVarianceRatio: values.map((value) => Math.max(0, value) / variance),
  };
}

/** The direction's largest part shall point upwards. */
function signOf(direction: Float64Array): number {
  let largest = 0;
  for (const value of direction) if (Math.abs(value) > Math.abs(largest)) largest = value;
  return largest < 0 ? -1 : 1;
}

function centre(rows: readonly ArrayLike<number>[], d: number): Float64Array[] {
  const mean = new Float64Array(d);
  for (const [i, row] of rows.entries()) {
    if (row.length !== d)
      throw new RangeError(`row ${i} has ${row.length} values but row 0 has ${d}; expected one length`);
    for (let j = 0; j < d; j += 1) {
      const value = row[j] as number;
      if (!Number.isFinite(value)) throw new RangeError(`row ${i} holds ${value}; expected finite numbers`);
      mean[j]! += value / rows.length;
    }
  }
  return rows.map((row) => Float64Array.from({ length: d }, (_, j) => (row[j] as number) - mean[j]!));
}

function times(matrix: readonly Float64Array[], vector: Float64Array): Float64Array {
  return Float64Array.from(matrix, (row) => {
    let sum = 0;
    for (let j = 0; j < row.length; j += 1) sum += row[j]! * vector[j]!;
    return sum;
  });
}

function transposed(matrix: readonly Float64Array[], vector: Float64Array): Float64Array {
  const result = new Float64Array(matrix[0]!.length);
  for (const [i, row] of matrix.entries()) {
    const factor = vector[i]!;
    for (let j = 0; j < row.length; j += 1) result[j]! += factor * row[j]!;
  }
  return result;
}

function scaled(vector: Float64Array, factor: number): Float64Array {
  return vector.map((value) => value * factor);
}
