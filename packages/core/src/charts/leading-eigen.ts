import type { RandomGenerator } from '../random/keyed-random.js';
import { symmetricEigen, type SymmetricEigen } from './symmetric-eigen.js';

/** A symmetric, positive semi-definite matrix as what it does to a vector. */
export interface SymmetricOperator {
  readonly size: number;
  readonly apply: (vector: Float64Array) => Float64Array;
}

const precision = 1e-12;
const mostSteps = 300;

/**
 * The largest eigenvalues of an operator and their vectors, by Lanczos' method with full reorthogonalisation.
 * @param count - How many, at most the operator's size.
 * @see Golub & Van Loan, "Matrix computations", 4th ed., section 10.3
 */
export function leadingEigen(operator: SymmetricOperator, count: number, random: RandomGenerator): SymmetricEigen {
  const { size } = operator;
  const limit = Math.min(size, mostSteps);
  const basis: Float64Array[] = [];
  const diagonal: number[] = [];
  const beside: number[] = [];
  let next = unitVector(size, basis, random);
  let checkAt = Math.min(limit, 2 * count + 16);
  for (;;) {
    basis.push(next);
    const image = operator.apply(next);
    diagonal.push(dot(image, next));
    removeFrom(image, basis);
    const length = Math.sqrt(dot(image, image));
    const scale = Math.max(...diagonal, Number.MIN_VALUE);
    const ended = length <= precision * scale;
    if (basis.length >= checkAt || basis.length === limit) {
      const small = symmetricEigen(tridiagonal(diagonal, beside));
      const last = basis.length - 1;
      const errors = small.vectors.slice(0, count).map((vector) => Math.abs(length * vector[last]!));
      const done = errors.every((error) => error <= precision * scale);
      if (done || basis.length === limit) return inFull(small, basis, count);
      checkAt = Math.min(limit, checkAt * 2);
    }
    // Where the vectors found so far lead to no new one, a fresh one begins another part of the space.
    beside.push(ended ? 0 : length);
    next = ended ? unitVector(size, basis, random) : image.map((value) => value / length);
  }
}

function tridiagonal(diagonal: readonly number[], beside: readonly number[]): Float64Array[] {
  return diagonal.map((value, i) => {
    const row = new Float64Array(diagonal.length);
    row[i] = value;
    if (i > 0) row[i - 1] = beside[i - 1]!;
    if (i + 1 < diagonal.length) row[i + 1] = beside[i]!;
    return row;
  });
}

function inFull({ values, vectors }: SymmetricEigen, basis: readonly Float64Array[], count: number): SymmetricEigen {
  const full = vectors.slice(0, count).map((weights) => {
    const sum = new Float64Array(basis[0]!.length);
    for (const [i, vector] of basis.entries()) addTo(sum, vector, weights[i]!);
    return sum;
  });
  return { values: values.slice(0, count), vectors: full };
}

/** A random vector of length 1 at right angles to all of `basis`. */
function unitVector(size: number, basis: readonly Float64Array[], random: RandomGenerator): Float64Array {
  const vector = Float64Array.from({ length: size }, () => random.normal());
  removeFrom(vector, basis);
  const length = Math.sqrt(dot(vector, vector));
  return vector.map((value) => value / length);
}

/** Twice is enough: once leaves rounding errors that grow. */
function removeFrom(vector: Float64Array, basis: readonly Float64Array[]): void {
  for (let pass = 0; pass < 2; pass += 1) {
    for (const other of basis) addTo(vector, other, -dot(vector, other));
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += a[i]! * b[i]!;
  return sum;
}

function addTo(target: Float64Array, vector: Float64Array, factor: number): void {
  for (let i = 0; i < target.length; i += 1) target[i]! += factor * vector[i]!;
}
