/**
 * Products of a tall matrix with a few vectors, in double precision. Four rows and two vectors are taken at once, so that
 * a value is loaded once for eight multiplications, and a tile of columns stays in the processor's nearest cache.
 */

/** Samples as rows, in a layout that the products need. */
export interface Design {
  /** Shape `[paddedRows, columns]`, row by row; rows beyond `rows` are zero. */
  readonly data: Float64Array;
  readonly rows: number;
  /** `rows`, rounded up to a multiple of {@link rowsAtOnce}. */
  readonly paddedRows: number;
  readonly columns: number;
}

/** Rows that are taken together; a design has a multiple of it. */
export const rowsAtOnce = 4;
const tileColumns = 256;

/**
 * Values of each vector on each row: `out = vectors · designᵀ`.
 *
 * @param vectors - Shape `[outputs, columns]`.
 * @param out - Shape `[outputs, paddedRows]`; overwritten.
 */
export function projectRows(design: Design, vectors: Float64Array, out: Float64Array): void {
  const { data, paddedRows, columns } = design;
  const outputs = vectors.length / columns;
  out.fill(0);
  for (let begin = 0; begin < columns; begin += tileColumns) {
    const end = Math.min(columns, begin + tileColumns);
    for (let row = 0; row < paddedRows; row += rowsAtOnce) {
      const at = row * columns;
      let output = 0;
      for (; output + 1 < outputs; output += 2) {
        const place = output * paddedRows + row;
        projectTwo({ data, at, columns, begin, end }, { vectors, from: output * columns }, { out, place, paddedRows });
      }
      if (output < outputs) {
        const place = output * paddedRows + row;
        projectOne({ data, at, columns, begin, end }, { vectors, from: output * columns }, { out, place, paddedRows });
      }
    }
  }
}

/**
 * Sums of the rows, each weighted by each output's residual: `out = residuals · design`.
 *
 * @param residuals - Shape `[outputs, paddedRows]`, zero beyond `rows`.
 * @param out - Shape `[outputs, columns]`; overwritten.
 */
export function sumRows(design: Design, residuals: Float64Array, out: Float64Array): void {
  const { data, paddedRows, columns } = design;
  const outputs = out.length / columns;
  out.fill(0);
  for (let begin = 0; begin < columns; begin += tileColumns) {
    const end = Math.min(columns, begin + tileColumns);
    for (let row = 0; row < paddedRows; row += rowsAtOnce) {
      const at = row * columns;
      let output = 0;
      for (; output + 1 < outputs; output += 2) {
        const place = output * paddedRows + row;
        sumTwo({ data, at, columns, begin, end }, { residuals, place, paddedRows }, { out, from: output * columns });
      }
      if (output < outputs) {
        const place = output * paddedRows + row;
        sumOne({ data, at, columns, begin, end }, { residuals, place, paddedRows }, { out, from: output * columns });
      }
    }
  }
}

/** Columns `begin` to `end` of the four rows that start at `at`. */
interface Tile {
  readonly data: Float64Array;
  readonly at: number;
  readonly columns: number;
  readonly begin: number;
  readonly end: number;
}

function projectTwo(
  { data, at, columns, begin, end }: Tile,
  { vectors, from }: { readonly vectors: Float64Array; readonly from: number },
  { out, place, paddedRows }: { readonly out: Float64Array; readonly place: number; readonly paddedRows: number },
): void {
  let [a0, a1, a2, a3, b0, b1, b2, b3] = [0, 0, 0, 0, 0, 0, 0, 0];
  const stop = at + end;
  let v = from + begin;
  for (let i = at + begin; i < stop; i++, v++) {
    const a = vectors[v]!;
    const b = vectors[v + columns]!;
    const x0 = data[i]!;
    const x1 = data[i + columns]!;
    const x2 = data[i + 2 * columns]!;
    const x3 = data[i + 3 * columns]!;
    a0 += a * x0;
    b0 += b * x0;
    a1 += a * x1;
    b1 += b * x1;
    a2 += a * x2;
    b2 += b * x2;
    a3 += a * x3;
    b3 += b * x3;
  }
  out[place]! += a0;
  out[place + 1]! += a1;
  out[place + 2]! += a2;
  out[place + 3]! += a3;
  out[place + paddedRows]! += b0;
  out[place + paddedRows + 1]! += b1;
  out[place + paddedRows + 2]! += b2;
  out[place + paddedRows + 3]! += b3;
}

function projectOne(
  { data, at, columns, begin, end }: Tile,
  { vectors, from }: { readonly vectors: Float64Array; readonly from: number },
  { out, place }: { readonly out: Float64Array; readonly place: number; readonly paddedRows: number },
): void {
  let [a0, a1, a2, a3] = [0, 0, 0, 0];
  const stop = at + end;
  let v = from + begin;
  for (let i = at + begin; i < stop; i++, v++) {
    const a = vectors[v]!;
    a0 += a * data[i]!;
    a1 += a * data[i + columns]!;
    a2 += a * data[i + 2 * columns]!;
    a3 += a * data[i + 3 * columns]!;
  }
  out[place]! += a0;
  out[place + 1]! += a1;
  out[place + 2]! += a2;
  out[place + 3]! += a3;
}

function sumTwo(
  { data, at, columns, begin, end }: Tile,
  { residuals, place, paddedRows }: { residuals: Float64Array; place: number; paddedRows: number },
  { out, from }: { readonly out: Float64Array; readonly from: number },
): void {
  const a0 = residuals[place]!;
  const a1 = residuals[place + 1]!;
  const a2 = residuals[place + 2]!;
  const a3 = residuals[place + 3]!;
  const b0 = residuals[place + paddedRows]!;
  const b1 = residuals[place + paddedRows + 1]!;
  const b2 = residuals[place + paddedRows + 2]!;
  const b3 = residuals[place + paddedRows + 3]!;
  const stop = at + end;
  let v = from + begin;
  for (let i = at + begin; i < stop; i++, v++) {
    const x0 = data[i]!;
    const x1 = data[i + columns]!;
    const x2 = data[i + 2 * columns]!;
    const x3 = data[i + 3 * columns]!;
    out[v]! += a0 * x0 + a1 * x1 + (a2 * x2 + a3 * x3);
    out[v + columns]! += b0 * x0 + b1 * x1 + (b2 * x2 + b3 * x3);
  }
}

function sumOne(
  { data, at, columns, begin, end }: Tile,
  { residuals, place }: { residuals: Float64Array; place: number; paddedRows: number },
  { out, from }: { readonly out: Float64Array; readonly from: number },
): void {
  const a0 = residuals[place]!;
  const a1 = residuals[place + 1]!;
  const a2 = residuals[place + 2]!;
  const a3 = residuals[place + 3]!;
  const stop = at + end;
  let v = from + begin;
  for (let i = at + begin; i < stop; i++, v++) {
    out[v]! += a0 * data[i]! + a1 * data[i + columns]! + (a2 * data[i + 2 * columns]! + a3 * data[i + 3 * columns]!);
  }
}
