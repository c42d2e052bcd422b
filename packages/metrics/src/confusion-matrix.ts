import { chooseLabels } from './choose-labels.js';
import type { WeightOptions } from './columns.js';
import { internLabels } from './intern-labels.js';
import type { Label, Labels } from './label.js';
import { checkOption, quoteLabels, refuse } from './refuse.js';

/** Options of {@link confusionMatrix}. */
export interface ConfusionMatrixOptions extends WeightOptions {
  /** The classes and their order. Default: every label that occurs, sorted. */
  readonly labels?: Labels | undefined;
  /** Divides by the sums of the true classes (rows), of the predicted ones (columns), or of everything. Default: counts. */
  readonly normalize?: 'true' | 'pred' | 'all' | null | undefined;
  /** What to do with a sample whose label is not in `labels`: `throw` (default), or `drop` as scikit-learn does. */
  readonly unknownLabels?: 'throw' | 'drop' | undefined;
}

/** A confusion matrix and the classes of its rows and columns. */
export interface ConfusionMatrix {
  /** The class of each row and of each column. */
  readonly labels: Label[];
  /** Counts (or weights, or shares), shape `[numClasses, numClasses]`: rows are true classes, columns predictions. */
  readonly matrix: number[][];
}

/**
 * Counts how often each true class received each prediction.
 *
 * @param yTrue - True class labels, shape `[n]`.
 * @param yPred - Predicted class labels, same shape.
 * @returns The classes, and counts of shape `[numClasses, numClasses]`; rows are true classes. Without weights or
 *   normalisation they are whole numbers that sum to `n`. A share of an empty row or column is 0.
 * @throws RangeError if the lengths differ, nothing is given, a weight is negative, or a label is not in `labels`.
 * @see scikit-learn `confusion_matrix` (oracle: oracles/metrics.py)
 * @example
 * confusionMatrix(['a', 'b', 'b'], ['a', 'b', 'a']).matrix; // [[1, 0], [1, 1]]
 */
export function confusionMatrix(yTrue: Labels, yPred: Labels, options: ConfusionMatrixOptions = {}): ConfusionMatrix {
  const { sampleWeight, normalize = null, unknownLabels = 'throw' } = options;
  checkOption('normalize', normalize, [null, 'true', 'pred', 'all']);
  checkOption('unknownLabels', unknownLabels, ['throw', 'drop']);
  const { labels: present, codes, n } = internLabels({ yTrue, yPred }, sampleWeight);
  const { labels, positions } = chooseLabels(present, options.labels);
  const [trueCodes, predCodes] = codes as [Int32Array, Int32Array];

  const unknown = present.filter((_, code) => !positions.includes(code));
  if (unknown.length > 0 && unknownLabels === 'throw') {
    refuse(`labels lacks ${quoteLabels(unknown)}; name every class that occurs, or pass unknownLabels: 'drop'`);
  }
  if (!trueCodes.some((code) => positions.includes(code)))
    refuse(`none of labels (${quoteLabels(labels)}) is in yTrue; name at least one that is`);
  const size = present.length;
  const counts = new Float64Array(size * size);
  for (let i = 0; i < n; i++) {
    const cell = (trueCodes[i] as number) * size + (predCodes[i] as number);
    counts[cell] = (counts[cell] as number) + (sampleWeight ? (sampleWeight[i] as number) : 1);
  }
  const matrix = positions.map((row) =>
    positions.map((column) => (row < 0 || column < 0 ? 0 : (counts[row * size + column] as number))),
  );
  if (normalize) divideBySums(matrix, normalize);
  return { labels, matrix };
}

function divideBySums(matrix: number[][], normalize: 'true' | 'pred' | 'all'): void {
  const add = (a: number, b: number) => a + b;
  const rowSums = matrix.map((row) => row.reduce(add, 0));
  const columnSums = matrix.map((_, column) => matrix.reduce((sum, row) => sum + (row[column] as number), 0));
  const total = rowSums.reduce(add, 0);
  for (const [i, row] of matrix.entries()) {
    for (const [j, count] of row.entries()) {
      const sum = normalize === 'all' ? total : normalize === 'true' ? rowSums[i] : columnSums[j];
      row[j] = sum ? count / sum : 0;
    }
  }
}
