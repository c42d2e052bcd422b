import type { SolverRows } from '../head-definition.js';

/** How near two vectors can be: by their squared distance, or by the angle between them. */
export const prototypeMetrics = ['euclidean', 'cosine'] as const;

/** How near two vectors are. */
export type PrototypeMetric = (typeof prototypeMetrics)[number];

/** What the samples of each class are like on average. */
export interface ClassMeans {
  readonly metric: PrototypeMetric;
  readonly classes: number;
  readonly columns: number;
  /** Weighted sums over each class, shape `[classes, columns]`; of vectors of length 1 for `cosine`. */
  readonly sums: Float64Array;
  /** Sum of each class's weights. */
  readonly weights: Float64Array;
}

/** @throws RangeError if the samples of a class weigh nothing, or together point nowhere. */
export function classMeans(
  rows: SolverRows,
  { classes, metric }: { readonly classes: number; readonly metric: PrototypeMetric },
): ClassMeans {
  const { columns, labels } = rows;
  const sums = new Float64Array(classes * columns);
  const weights = new Float64Array(classes);
  for (const [row, label] of labels.entries()) {
    const values = rowOf(rows, row, metric);
    const weight = rows.weights[row]!;
    weights[label]! += weight;
    for (let column = 0; column < columns; column++) sums[label * columns + column]! += weight * values[column]!;
  }
  const empty = weights.indexOf(0);
  if (empty >= 0) throw new RangeError(`the samples of class ${empty} weigh nothing; give it at least one`);
  return { metric, classes, columns, sums, weights };
}

/** A row as it is averaged. */
export function rowOf({ data, columns }: SolverRows, row: number, metric: PrototypeMetric): Float64Array {
  const values = Float64Array.from(data.subarray(row * columns, (row + 1) * columns));
  return metric === 'cosine' ? unitVector(values) : values;
}

/** What stands for a class: its mean, or the mean's direction. */
export function prototypeOf(sum: Float64Array, weight: number, metric: PrototypeMetric): Float64Array {
  return metric === 'cosine' ? unitVector(sum) : sum.map((value) => value / weight);
}

/**
 * Distances as a dense layer: `μ·x − |μ|²/2` differs from `−|x − μ|²/2` by what is the same for every class, and `μ·x` from the
 * cosine by the length of `x`.
 */
export function denseOfMeans(means: ClassMeans): { readonly kernel: Float64Array; readonly bias: Float64Array } {
  const { classes, columns, metric } = means;
  const kernel = new Float64Array(columns * classes);
  const bias = new Float64Array(classes);
  for (let label = 0; label < classes; label++) {
    const sum = means.sums.subarray(label * columns, (label + 1) * columns);
    const prototype = prototypeOf(sum, means.weights[label]!, metric);
    for (let column = 0; column < columns; column++) kernel[column * classes + label] = prototype[column]!;
    if (metric === 'euclidean') bias[label] = -squaredLength(prototype) / 2;
  }
  return { kernel, bias };
}

export function squaredLength(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value * value, 0);
}

/** A vector of zeros has no direction and stays as it is. */
function unitVector(values: Float64Array): Float64Array {
  const length = Math.sqrt(squaredLength(values));
  return length === 0 ? values : values.map((value) => value / length);
}
