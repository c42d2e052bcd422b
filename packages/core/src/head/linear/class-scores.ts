import type { Design } from './matrix-products.js';

/** Who is of which class, and how much each sample counts. */
export interface Targets {
  /** Class indices. */
  readonly labels: ArrayLike<number>;
  /** A weight for each sample, 0 or more. */
  readonly weights: Float64Array;
}

/** Loss along a line, and its first two derivatives by the distance. */
export interface LineValues {
  readonly loss: number;
  readonly slope: number;
  readonly bend: number;
}

/**
 * Cross-entropy of linear scores. With one output it is the binary loss of that score (class 1 against class 0), with more the
 * multinomial one: scikit-learn's `HalfBinomialLoss` and `HalfMultinomialLoss`.
 */
export class ClassScores {
  readonly #targets: Targets;
  readonly #rows: number;
  readonly #padded: number;
  readonly #outputs: number;
  readonly #row: Float64Array;
  readonly #moved: Float64Array;

  constructor(design: Design, targets: Targets, outputs: number) {
    this.#targets = targets;
    this.#rows = design.rows;
    this.#padded = design.paddedRows;
    this.#outputs = outputs;
    this.#row = new Float64Array(outputs);
    this.#moved = new Float64Array(outputs * design.paddedRows);
  }

  /**
   * The summed loss, and its derivative by each score.
   * @param scores - Shape `[outputs, paddedRows]`.
   * @param residuals - The same shape; overwritten.
   */
  residuals(scores: Float64Array, residuals: Float64Array): number {
    let loss = 0;
    for (let row = 0; row < this.#rows; row++) {
      const weight = this.#targets.weights[row]!;
      const label = this.#targets.labels[row]!;
      loss += weight * this.#probabilities(scores, row);
      for (let k = 0; k < this.#outputs; k++) {
        residuals[k * this.#padded + row] = weight * (this.#row[k]! - this.#target(label, k));
      }
    }
    return loss;
  }

  /** The loss at `scores + distance · direction`. */
  along(scores: Float64Array, direction: Float64Array, distance: number): LineValues {
    let [loss, slope, bend] = [0, 0, 0];
    const moved = this.#moved;
    for (let i = 0; i < moved.length; i++) moved[i] = scores[i]! + distance * direction[i]!;
    for (let row = 0; row < this.#rows; row++) {
      const weight = this.#targets.weights[row]!;
      const label = this.#targets.labels[row]!;
      loss += weight * this.#probabilities(moved, row);
      let [mean, squares, wanted] = [0, 0, 0];
      for (let k = 0; k < this.#outputs; k++) {
        const d = direction[k * this.#padded + row]!;
        const p = this.#row[k]!;
        mean += p * d;
        squares += p * d * d;
        wanted += this.#target(label, k) * d;
      }
      slope += weight * (mean - wanted);
      // With one output the other class has score 0 and moves by 0: the variance has the same form.
      bend += weight * (squares - mean * mean);
    }
    return { loss, slope, bend };
  }

  #target(label: number, output: number): number {
    if (this.#outputs === 1) return label;
    return label === output ? 1 : 0;
  }

  /** Sets `#row` to the row's probabilities; returns its loss. */
  #probabilities(scores: Float64Array, row: number): number {
    const label = this.#targets.labels[row]!;
    const values = this.#row;
    if (this.#outputs === 1) {
      const score = scores[row]!;
      const small = Math.exp(-Math.abs(score));
      values[0] = score >= 0 ? 1 / (1 + small) : small / (1 + small);
      return Math.log1p(small) + (label === 1 ? Math.max(-score, 0) : Math.max(score, 0));
    }
    let top = -Infinity;
    for (let k = 0; k < this.#outputs; k++) top = Math.max(top, scores[k * this.#padded + row]!);
    let sum = 0;
    for (let k = 0; k < this.#outputs; k++) {
      const value = Math.exp(scores[k * this.#padded + row]! - top);
      values[k] = value;
      sum += value;
    }
    for (let k = 0; k < this.#outputs; k++) values[k]! /= sum;
    return Math.log(sum) + top - scores[label * this.#padded + row]!;
  }
}
