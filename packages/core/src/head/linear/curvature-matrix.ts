import type { Design } from './matrix-products.js';

/**
 * A guess at the second derivatives of one output's loss, `Σ weight · x·xᵀ + ridge`, ready to divide by: features that move
 * together, which slow a descent down, no longer do.
 */
export class CurvatureMatrix {
  readonly #factor: Float64Array;
  readonly #columns: number;

  /** @param weights - One for each padded row, 0 or more. */
  constructor(design: Design, weights: Float64Array, ridge: Float64Array) {
    this.#columns = design.columns;
    this.#factor = weightedGram(design, weights);
    for (let i = 0; i < this.#columns; i++) this.#factor[i * this.#columns + i]! += ridge[i]!;
    factorize(this.#factor, this.#columns);
  }

  /** Replaces each output's part of a vector, shape `[outputs, columns]`, by the inverse matrix times it. */
  divide(values: Float64Array): void {
    const factor = this.#factor;
    const columns = this.#columns;
    // All outputs go through a row of the factor while it is near.
    for (let k = 0; k < columns; k++) {
      const row = k * columns;
      for (let from = 0; from < values.length; from += columns) {
        const value = (values[from + k]! /= factor[row + k]!);
        for (let j = k + 1; j < columns; j++) values[from + j]! -= factor[row + j]! * value;
      }
    }
    for (let k = columns - 1; k >= 0; k--) {
      const row = k * columns;
      for (let from = 0; from < values.length; from += columns) {
        let [a, b] = [values[from + k]!, 0];
        let j = k + 1;
        for (; j + 1 < columns; j += 2) {
          a -= factor[row + j]! * values[from + j]!;
          b -= factor[row + j + 1]! * values[from + j + 1]!;
        }
        if (j < columns) a -= factor[row + j]! * values[from + j]!;
        values[from + k] = (a + b) / factor[row + k]!;
      }
    }
  }
}

const tileColumns = 256;
const blockColumns = 16;

/** The upper triangle of `Σ weight · x·xᵀ`; four rows at once, in tiles that stay in the nearest cache. */
function weightedGram({ data, paddedRows, columns }: Design, weights: Float64Array): Float64Array {
  const gram = new Float64Array(columns * columns);
  for (let begin = 0; begin < columns; begin += tileColumns) {
    const end = Math.min(columns, begin + tileColumns);
    for (let block = 0; block < end; block += blockColumns) {
      const blockEnd = Math.min(end, block + blockColumns);
      for (let row = 0; row < paddedRows; row += 4) {
        const at = row * columns;
        const from = { data, at, columns, weights, row };
        for (let i = block; i < blockEnd; i++) addFourRows(gram, from, { i, begin: Math.max(begin, i), end });
      }
    }
  }
  return gram;
}

function addFourRows(
  gram: Float64Array,
  from: { data: Float64Array; at: number; columns: number; weights: Float64Array; row: number },
  { i, begin, end }: { i: number; begin: number; end: number },
): void {
  const { data, at, columns, weights, row } = from;
  const a0 = weights[row]! * data[at + i]!;
  const a1 = weights[row + 1]! * data[at + columns + i]!;
  const a2 = weights[row + 2]! * data[at + 2 * columns + i]!;
  const a3 = weights[row + 3]! * data[at + 3 * columns + i]!;
  const stop = at + end;
  let out = i * columns + begin;
  for (let x = at + begin; x < stop; x++, out++) {
    gram[out]! += a0 * data[x]! + a1 * data[x + columns]! + (a2 * data[x + 2 * columns]! + a3 * data[x + 3 * columns]!);
  }
}

/**
 * Cholesky's factor in the place of the upper triangle: `matrix = factorᵀ · factor`. Four rows are finished, then taken off all
 * below them at once.
 */
function factorize(matrix: Float64Array, columns: number): void {
  for (let first = 0; first < columns; first += 4) {
    const last = Math.min(columns, first + 4);
    for (let k = first; k < last; k++) {
      for (let done = first; done < k; done++) takeOff(matrix, columns, { row: done, from: k });
      const row = k * columns;
      // A matrix that rounding has made indefinite is still of use with a small number here.
      const pivot = Math.sqrt(Math.max(matrix[row + k]!, 1e-12));
      for (let j = k; j < columns; j++) matrix[row + j]! /= pivot;
      matrix[row + k] = pivot;
    }
    if (last - first === 4) takeFourOff(matrix, columns, first);
  }
}

function takeOff(matrix: Float64Array, columns: number, { row, from }: { row: number; from: number }): void {
  const factor = matrix[row * columns + from]!;
  for (let j = from; j < columns; j++) matrix[from * columns + j]! -= factor * matrix[row * columns + j]!;
}

function takeFourOff(matrix: Float64Array, columns: number, first: number): void {
  const [r0, r1, r2, r3] = [first, first + 1, first + 2, first + 3].map((row) => row * columns) as [
    number,
    number,
    number,
    number,
  ];
  for (let i = first + 4; i < columns; i++) {
    const a0 = matrix[r0 + i]!;
    const a1 = matrix[r1 + i]!;
    const a2 = matrix[r2 + i]!;
    const a3 = matrix[r3 + i]!;
    const row = i * columns;
    for (let j = i; j < columns; j++) {
      matrix[row + j]! -= a0 * matrix[r0 + j]! + a1 * matrix[r1 + j]! + (a2 * matrix[r2 + j]! + a3 * matrix[r3 + j]!);
    }
  }
}
