import { countClasses } from './class-counts.js';
import { checkColumns, type WeightOptions } from './columns.js';
import type { Labels } from './label.js';
import { refuse } from './refuse.js';

/** Options of {@link multilabelConfusionMatrix}. */
export interface MultilabelConfusionMatrixOptions extends WeightOptions {
  /** The classes (for indicator rows: the columns) to count and their order. Default: all, sorted. */
  readonly labels?: Labels | undefined;
  /** For indicator rows: one matrix for each sample instead of each class. Default false. */
  readonly samplewise?: boolean | undefined;
}

/** `[[true negatives, false positives], [false negatives, true positives]]` of one class against the rest. */
export type BinaryConfusion = [[number, number], [number, number]];

/**
 * A two-by-two confusion matrix for each class against the rest.
 *
 * @param yTrue - True class labels, shape `[n]`, or rows of 0 and 1, one column for each class, shape `[n, numClasses]`.
 * @param yPred - Predictions in the same form.
 * @returns Shape `[numClasses, 2, 2]`: `[[tn, fp], [fn, tp]]` for each class; with `samplewise` shape `[n, 2, 2]`.
 * @throws RangeError if shapes differ, nothing is given, a weight is negative, an indicator is not 0 or 1, or `samplewise` is asked of class labels.
 * @see scikit-learn `multilabel_confusion_matrix` (oracle: oracles/metrics.py)
 * @example
 * multilabelConfusionMatrix(['a', 'b', 'b'], ['a', 'b', 'a']); // [[[1, 1], [0, 1]], [[1, 0], [1, 1]]]
 */
export function multilabelConfusionMatrix(
  yTrue: Labels | ArrayLike<ArrayLike<number>>,
  yPred: Labels | ArrayLike<ArrayLike<number>>,
  options: MultilabelConfusionMatrixOptions = {},
): BinaryConfusion[] {
  if (typeof yTrue[0] === 'object') {
    return countIndicators(yTrue as ArrayLike<ArrayLike<number>>, yPred as ArrayLike<ArrayLike<number>>, options);
  }
  if (options.samplewise)
    refuse('samplewise is true but yTrue holds class labels; it needs rows of 0 and 1, one column for each class');
  const { hits, predicted, actual, total } = countClasses(yTrue as Labels, yPred as Labels, options);
  return hits.map((hit, i) => fromTotals(hit, [predicted[i] as number, actual[i] as number, total]));
}

function fromTotals(hits: number, [predicted, actual, total]: readonly [number, number, number]): BinaryConfusion {
  const falsePositives = predicted - hits;
  const falseNegatives = actual - hits;
  return [
    [total - hits - falsePositives - falseNegatives, falsePositives],
    [falseNegatives, hits],
  ];
}

function countIndicators(
  yTrue: ArrayLike<ArrayLike<number>>,
  yPred: ArrayLike<ArrayLike<number>>,
  options: MultilabelConfusionMatrixOptions,
): BinaryConfusion[] {
  const { sampleWeight, samplewise } = options;
  const n = checkColumns({ yTrue, yPred }, sampleWeight);
  const width = yTrue[0]?.length ?? 0;
  const columns = options.labels
    ? Array.from<string | number>(options.labels).map(Number)
    : Array.from({ length: width }, (_, column) => column);
  const wrong = columns.find((column) => !Number.isInteger(column) || column < 0 || column >= width);
  if (wrong !== undefined)
    refuse(`labels holds ${wrong} but the rows have ${width} columns; name columns from 0 to ${width - 1}`);
  const size = samplewise ? n : columns.length;
  const tallies = Array.from({ length: size }, () => ({ hits: 0, predicted: 0, actual: 0, total: 0 }));
  for (let i = 0; i < n; i++) {
    const weight = sampleWeight ? (sampleWeight[i] as number) : 1;
    for (const [j, column] of columns.entries()) {
      const truth = indicator(yTrue, [i, column, width]);
      const guess = indicator(yPred, [i, column, width]);
      const tally = tallies[samplewise ? i : j] as (typeof tallies)[number];
      tally.hits += weight * truth * guess;
      tally.predicted += weight * guess;
      tally.actual += weight * truth;
      tally.total += weight;
    }
  }
  return tallies.map(({ hits, predicted, actual, total }) => fromTotals(hits, [predicted, actual, total]));
}

function indicator(rows: ArrayLike<ArrayLike<number>>, [i, column, width]: readonly [number, number, number]): number {
  const row = rows[i] as ArrayLike<number>;
  if (row.length !== width)
    refuse(`row ${i} has ${row.length} columns but the first has ${width}; pass one column for each class`);
  const value = row[column] as number;
  if (value !== 0 && value !== 1) refuse(`row ${i}, column ${column} is ${value}; expected 0 or 1`);
  return value;
}
