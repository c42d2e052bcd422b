/** Vectors of numbers, one for each sample. */
export interface FeatureMatrix {
  /** Shape `[rows, columns]`, row by row. */
  readonly data: Float32Array | Float64Array;
  readonly rows: number;
  readonly columns: number;
}

/** Options of {@link logisticRegression}; the defaults are scikit-learn's, but for the tolerance. */
export interface LogisticRegressionOptions {
  /** Number of classes, 2 or more. */
  readonly classes: number;
  /** Inverse strength of the penalty `½ · |w|²`, above 0. Default: 1. */
  readonly c?: number | undefined;
  /** Learn an intercept, which is not penalised. Default: true. */
  readonly fitIntercept?: boolean | undefined;
  /** `balanced` weights each class by `samples / (classes · samples of the class)`. None by default. */
  readonly classWeight?: ClassWeight | undefined;
  /** How much each sample counts, 0 or more. Default: 1 each. */
  readonly sampleWeight?: ArrayLike<number> | undefined;
  /**
   * How far a coefficient may be from its exact value, beside the largest coefficient (or 1, if that is less).
   * Default: 1e-6. scikit-learn's `tol` bounds the gradient instead.
   */
  readonly tolerance?: number | undefined;
  /** Default: 10000. */
  readonly maxIterations?: number | undefined;
  /** Where to start: the result for other settings on the same data. Default: nought, and the classes' shares. */
  readonly start?: LogisticRegression | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Weights of the classes: in balance with their numbers, or one for each class. */
export type ClassWeight = 'balanced' | readonly number[];

/** A fitted logistic regression. */
export interface LogisticRegression {
  /** Shape `[outputs, columns]`, scikit-learn's `coef_`: one row for two classes (the second one's), else one for each class. */
  readonly coefficients: Float64Array;
  /** scikit-learn's `intercept_`, as many as rows of coefficients; they sum to 0 for three or more classes. */
  readonly intercepts: Float64Array;
  readonly classes: number;
  /** `Σ weight · cross-entropy + |w|² / 2C`. */
  readonly objective: number;
  readonly iterations: number;
  /** False if the iterations ended before the tolerance was met. */
  readonly converged: boolean;
}

/**
 * Multinomial logistic regression (binary for two classes), solved to convergence in double precision by L-BFGS: minimises
 * `C · Σ weight · cross-entropy + ½ · |w|²`.
 *
 * @param features - Finite numbers; of any scale, though standardised ones are solved in fewer steps.
 * @param labels - Class indices from 0, one a row.
 * @throws RangeError for values that are not finite, a class without samples, or an option out of range; AbortedError if
 *   aborted.
 * @see scikit-learn `LogisticRegression(solver="lbfgs")` (oracle: oracles/heads.py)
 * @example
 * ```ts
 * const features = { data: new Float32Array([0, 1, 3, 4]), rows: 4, columns: 1 };
 * const { coefficients, intercepts } = await logisticRegression(features, [0, 0, 1, 1], { classes: 2 });
 * ```
 */
export async function logisticRegression(
  features: FeatureMatrix,
  labels: ArrayLike<number>,
  options: LogisticRegressionOptions,
): Promise<LogisticRegression> {
  const { solveLogistic } = await import('./solve-logistic.js');
  return solveLogistic(features, labels, options);
}
