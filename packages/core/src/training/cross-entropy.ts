/** Sums over some samples; divide by `count` for means. */
export interface ScoreSums {
  readonly loss: number;
  readonly correct: number;
  readonly count: number;
}

/**
 * Cross-entropy and hits of logits, in double precision.
 *
 * @param logits - Shape `[labels.length, classes]`, row by row.
 * @param labels - Class indices.
 */
export function scoreLogits(logits: Float32Array, labels: readonly number[]): ScoreSums {
  const classes = logits.length / labels.length;
  let loss = 0;
  let correct = 0;
  for (const [row, label] of labels.entries()) {
    const values = logits.subarray(row * classes, (row + 1) * classes);
    const highest = values.indexOf(Math.max(...values));
    const top = values[highest] ?? Number.NaN;
    let sum = 0;
    for (const value of values) sum += Math.exp(value - top);
    loss += Math.log(sum) + top - (values[label] ?? Number.NaN);
    if (highest === label) correct += 1;
  }
  return { loss, correct, count: labels.length };
}
