import { type ClassCounts, countClasses } from './class-counts.js';
import { checkColumns, type WeightOptions } from './columns.js';
import type { Label, Labels } from './label.js';
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
  const { labels, samplewise, sampleWeight } = options;
  if (typeof yTrue[0] !== 'object') {
    if (samplewise) refuse('samplewise is true but yTrue holds class labels; pass rows of 0 and 1');
    return tabulate(countClasses(yTrue as Labels, yPred as Labels, options));
  }
  const n = checkColumns({ yTrue, yPred }, sampleWeight);
  const truth = readRows(yTrue as Indicators, labels);
  const guess = readRows(yPred as Indicators, labels);
  if (samplewise) {
    const weights = (i: number) => sampleWeight && truth.map(() => sampleWeight[i] as number);
    return Array.from({ length: n }, (_, i) => {
      const row = (columns: number[][]) => columns.map((column) => column[i] as number);
      return countOnes(row(truth), row(guess), weights(i));
    });
  }
  return truth.map((column, j) => countOnes(column, guess[j] as number[], sampleWeight));
}

type Indicators = ArrayLike<ArrayLike<number>>;

/** The chosen columns of rows of 0 and 1. */
function readRows(rows: Indicators, labels: Labels | undefined): number[][] {
  const width = rows[0]?.length ?? 0;
  const all = Array.from(rows);
  const ragged = all.findIndex((row) => row.length !== width);
  if (ragged > 0)
    refuse(`row ${ragged} has ${all[ragged]?.length} entries but the first row has ${width}; pass one for each class`);
  return Array.from<Label>(labels ?? Array.from({ length: width }, (_, column) => column)).map((column) =>
    all.map((row) => {
      const value = row[Number(column)];
      if (value !== 0 && value !== 1) refuse(`column ${column} of a row of ${width} is ${value}; expected 0 or 1`);
      return value;
    }),
  );
}

function countOnes(truth: number[], guess: number[], sampleWeight: ArrayLike<number> | undefined): BinaryConfusion {
  return tabulate(countClasses(truth, guess, { labels: [1], sampleWeight }))[0] as BinaryConfusion;
}

function tabulate({ hits, predicted, actual, total }: ClassCounts): BinaryConfusion[] {
  return Array.from(hits, (hit, i) => {
    const falsePositives = (predicted[i] as number) - hit;
    const falseNegatives = (actual[i] as number) - hit;
    return [
      [total - hit - falsePositives - falseNegatives, falsePositives],
      [falseNegatives, hit],
    ];
  });
}
