import type { Prediction } from '../model/prediction.js';

/** Counts predictions of each class, in percent; see the notebook's `predict_covid19`. Shares of no predictions are NaN, in JSON null. */
export interface PredictionSummary {
  readonly counts: Readonly<Record<string, number>>;
  /** Shares of all predictions, 0–100. */
  readonly percentages: Readonly<Record<string, number>>;
  /** Present if an expected label was given. */
  readonly expected?: {
    readonly label: string;
    /** Share predicted as expected, 0–1. */
    readonly accuracy: number;
    /** Share predicted as any other class, 0–100. */
    readonly otherPercent: number;
  };
  /** For each class the share of predictions of all other classes, 0–100. */
  readonly otherPercentages: Readonly<Record<string, number>>;
}

/**
 * Sums up predictions.
 *
 * @param options.classNames - All classes of the model, also those that nothing was taken for.
 * @param options.expected - The class that all of them should be. Default: none, and `expected` is missing in the result.
 * @throws RangeError if the expected label is not one of the classes.
 * @example `summarizePredictions(predictions, { classNames: ['covid', 'normal'], expected: 'covid' }).percentages // { covid: 75, normal: 25 }`
 */
export function summarizePredictions(
  predictions: readonly Prediction[],
  options: { readonly classNames: readonly string[]; readonly expected?: string | undefined },
): PredictionSummary {
  const { classNames, expected } = options;
  if (expected !== undefined && !classNames.includes(expected)) {
    throw new RangeError(`expected label "${expected}" is none of this model's classes: ${classNames.join(', ')}`);
  }
  const total = predictions.length;
  const count = (name: string): number => predictions.filter(({ label }) => label === name).length;
  const entries = classNames.map((name) => [name, count(name)] as const);
  const record = (value: (count: number) => number) =>
    Object.fromEntries(entries.map(([name, amount]) => [name, value(amount)]));
  return {
    counts: record((amount) => amount),
    percentages: record((amount) => (100 * amount) / total),
    otherPercentages: record((amount) => (100 * (total - amount)) / total),
    ...(expected !== undefined && {
      expected: {
        label: expected,
        accuracy: count(expected) / total,
        otherPercent: (100 * (total - count(expected))) / total,
      },
    }),
  };
}
