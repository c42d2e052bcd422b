/** Eigenvalues of a symmetric matrix, falling, and their vectors: `vectors[k]` belongs to `values[k]`. */
export interface SymmetricEigen {
  readonly values: readonly number[];
  readonly vectors: readonly Float64Array[];
}

const mostSweeps = 60;

/**
 * Eigenvalues and vectors of a small symmetric matrix, by turning away one entry beside the diagonal after the other.
 * @param matrix - Rows, shape `[n, n]`; not changed.
 * @see Golub & Van Loan, "Matrix computations", 4th ed., section 8.5 (cyclic Jacobi)
 */
export function symmetricEigen(matrix: readonly Float64Array[]): SymmetricEigen {
  const n = matrix.length;
  const a = matrix.map((row) => Float64Array.from(row));
  const vectors = a.map((_, i) => Float64Array.from({ length: n }, (_value, j) => Number(i === j)));
  const scale = Math.sqrt(a.reduce((sum, row) => sum + row.reduce((part, value) => part + value ** 2, 0), 0));
  for (let sweep = 0; sweep < mostSweeps && offDiagonal(a) > 1e-15 * scale; sweep += 1) {
    for (let p = 0; p < n - 1; p += 1) {
      for (let q = p + 1; q < n; q += 1) rotate({ a, vectors, p, q });
    }
  }
  const order = a.map((_, i) => i).sort((i, j) => a[j]![j]! - a[i]![i]!);
  return { values: order.map((i) => a[i]![i]!), vectors: order.map((i) => vectors[i]!) };
}

function offDiagonal(a: readonly Float64Array[]): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) for (let j = 0; j < i; j += 1) sum += a[i]![j]! ** 2;
  return Math.sqrt(2 * sum);
}

/** Makes `a[p][q]` zero. Rows of `vectors` are turned likewise. */
function rotate(work: {
  readonly a: readonly Float64Array[];
  readonly vectors: readonly Float64Array[];
  readonly p: number;
  readonly q: number;
}): void {
  const { a, vectors, p, q } = work;
  const [rowP, rowQ] = [a[p]!, a[q]!];
  if (rowP[q] === 0) return;
  const theta = (rowQ[q]! - rowP[p]!) / (2 * rowP[q]!);
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const c = 1 / Math.hypot(t, 1);
  const s = t * c;
  for (let k = 0; k < a.length; k += 1) {
    const row = a[k]!;
    const [left, right] = [row[p]!, row[q]!];
    row[p] = c * left - s * right;
    row[q] = s * left + c * right;
  }
  turn(rowP, rowQ, [c, s]);
  turn(vectors[p]!, vectors[q]!, [c, s]);
}

function turn(first: Float64Array, second: Float64Array, [c, s]: readonly [number, number]): void {
  for (let k = 0; k < first.length; k += 1) {
    const [left, right] = [first[k]!, second[k]!];
    first[k] = c * left - s * right;
    second[k] = s * left + c * right;
  }
}
