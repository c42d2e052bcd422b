import type { FeatureMatrix, LogisticRegression } from './logistic-regression.js';

/** A dense layer's weights, in its own layout. */
export interface DenseWeights {
  /** Shape `[columns, classes]`. */
  readonly kernel: Float64Array;
  /** One for each class. */
  readonly bias: Float64Array;
}

/**
 * A logistic regression as a dense layer below a softmax. Two classes share their one score: half of it for the second
 * class, half of it against the first.
 */
export function denseOfLogistic({ coefficients, intercepts, classes }: LogisticRegression): DenseWeights {
  const outputs = intercepts.length;
  const columns = coefficients.length / outputs;
  const kernel = new Float64Array(columns * classes);
  const bias = new Float64Array(classes);
  for (let label = 0; label < classes; label++) {
    const output = outputs === 1 ? 0 : label;
    const factor = outputs === 1 ? label - 0.5 : 1;
    bias[label] = factor * intercepts[output]!;
    for (let column = 0; column < columns; column++) {
      kernel[column * classes + label] = factor * coefficients[output * columns + column]!;
    }
  }
  return { kernel, bias };
}

/** Logits of each row: shape `[rows, classes]`. */
export function logisticLogits(model: LogisticRegression, { data, rows, columns }: FeatureMatrix): Float64Array {
  const { kernel, bias } = denseOfLogistic(model);
  const { classes } = model;
  const logits = new Float64Array(rows * classes);
  for (let row = 0; row < rows; row++) {
    for (let label = 0; label < classes; label++) {
      let sum = bias[label]!;
      for (let column = 0; column < columns; column++) {
        sum += data[row * columns + column]! * kernel[column * classes + label]!;
      }
      logits[row * classes + label] = sum;
    }
  }
  return logits;
}
