import { checkColumns } from './columns.js';
import { type Column, gather } from './gather.js';
import type { Labels } from './label.js';
import { randomIntegers } from './random-bits.js';
import { checkOption, checkWhole } from './refuse.js';

/** What {@link permutationTest} takes. */
export interface PermutationTestInput<Predictions extends Column> {
  /** The metric to compare, called with `yTrue` and predictions. */
  readonly metric: (yTrue: Labels, predictions: Predictions) => number;
  /** True class labels, shape `[n]`. */
  readonly yTrue: Labels;
  /** Predictions of the first model, one entry for each sample: labels, scores or rows of scores. */
  readonly predictionsA: Predictions;
  /** Predictions of the second model, same shape. */
  readonly predictionsB: Predictions;
  /** Which difference (first less second) speaks against equality. Default `two-sided`. */
  readonly alternative?: 'two-sided' | 'less' | 'greater' | undefined;
  /** How many swaps to draw, 1 or more. All of them are tried if there are no more than this. Default 9999. */
  readonly resamples?: number | undefined;
  /** Seeds the draws, a whole number. Default 0. */
  readonly seed?: number | undefined;
}

/** What {@link permutationTest} found. */
export interface PermutationTest {
  /** Metric of the first model less that of the second. */
  readonly difference: number;
  /** Chance of a difference at least as large if the models were interchangeable, above 0 and at most 1. */
  readonly pValue: number;
}

/**
 * Paired permutation test: do two models differ in any metric on the same samples? The predictions of the models are
 * swapped for a random half of the samples, again and again.
 *
 * @returns The difference and its p-value; exact for few samples, else at least `1 / (resamples + 1)`.
 * @throws RangeError if the lengths differ, nothing is given, or an option is out of range.
 * @see SciPy `permutation_test(permutation_type='samples')` (oracle: oracles/metrics.py)
 * @example
 * permutationTest({ metric: accuracyScore, yTrue: [1, 1, 1, 1], predictionsA: [1, 1, 1, 1], predictionsB: [0, 0, 0, 0] }).pValue; // 0.125
 */
export function permutationTest<Predictions extends Column>(input: PermutationTestInput<Predictions>): PermutationTest {
  const { metric, yTrue, predictionsA, predictionsB, alternative = 'two-sided', resamples = 9999, seed = 0 } = input;
  checkOption('alternative', alternative, ['two-sided', 'less', 'greater']);
  checkWhole('resamples', resamples);
  const n = checkColumns({ yTrue, predictionsA, predictionsB });
  const everyone = Array.from({ length: n }, (_, i) => i);
  const first = gather(predictionsA, everyone) as unknown as unknown[];
  const second = gather(predictionsB, everyone) as unknown as unknown[];
  const compare = () =>
    metric(yTrue, first as unknown as Predictions) - metric(yTrue, second as unknown as Predictions);

  const difference = compare();
  const slack = Math.abs(difference) * 100 * Number.EPSILON;
  const exact = 2 ** n <= resamples;
  const rounds = exact ? 2 ** n : resamples;
  const random = randomIntegers(seed);
  let less = exact ? 0 : 1;
  let greater = less;
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < n; i++) {
      const swap = exact ? (round >> i) & 1 : random(2);
      first[i] = (swap ? predictionsB : predictionsA)[i];
      second[i] = (swap ? predictionsA : predictionsB)[i];
    }
    const drawn = compare();
    if (drawn <= difference + slack) less++;
    if (drawn >= difference - slack) greater++;
  }
  const scale = exact ? rounds : rounds + 1;
  const extreme =
    alternative === 'less' ? less : alternative === 'greater' ? greater : Math.min(2 * Math.min(less, greater), scale);
  return { difference, pValue: extreme / scale };
}
