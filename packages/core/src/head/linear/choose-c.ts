import type { FeatureMatrix, LogisticRegressionOptions } from './logistic-regression.js';

/** Options of {@link chooseC}. */
export interface ChooseCOptions extends Omit<LogisticRegressionOptions, 'c' | 'start'> {
  /** What is tried, ascending. Default: ten values from 1e-4 to 1e4, evenly spaced by logarithm. */
  readonly cs?: readonly number[] | undefined;
  /** Default: 5, or the size of the smallest class if that is less; at least 2. */
  readonly folds?: number | undefined;
  /** `logLoss` (default) tells values apart that classify a small fold alike; `accuracy` is the share classified right. */
  readonly scoring?: CScoring | undefined;
  /** Samples of one group come to one side. */
  readonly groups?: readonly string[] | undefined;
}

/** How a value of C can be judged. */
export const cScorings = ['logLoss', 'accuracy'] as const;

/** How a value of C is judged. */
export type CScoring = (typeof cScorings)[number];

/** What {@link chooseC} found. */
export interface ChosenC {
  readonly c: number;
  /** For each value tried its mean score over the folds: accuracy, or the mean cross-entropy's negative. Higher is better. */
  readonly scores: readonly { readonly c: number; readonly score: number }[];
}

/**
 * Chooses `C` of a logistic regression by stratified cross-validation: the least one of the best mean score.
 *
 * @throws RangeError for options out of range, or a class with fewer than two samples (or groups).
 * @see scikit-learn `LogisticRegressionCV(scoring="neg_log_loss")` (oracle: oracles/heads.py)
 */
export async function chooseC(
  features: FeatureMatrix,
  labels: readonly number[],
  options: ChooseCOptions,
): Promise<ChosenC> {
  const { crossValidateC } = await import('./cross-validate-c.js');
  return crossValidateC(features, labels, options);
}
