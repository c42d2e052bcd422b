import { countClasses } from './class-counts.js';
import type { WeightOptions } from './columns.js';
import type { Labels } from './label.js';
import { quoteLabels, refuse } from './refuse.js';

/** Options of {@link classLikelihoodRatios}. */
export interface ClassLikelihoodRatiosOptions extends WeightOptions {
  /** Negative class, then positive class. Default: the labels that occur, sorted. */
  readonly labels?: Labels | undefined;
  /** The ratios where one is undefined: `positive` 1 or more, `negative` 0 to 1. Default NaN. */
  readonly replaceUndefinedBy?: { readonly positive: number; readonly negative: number } | undefined;
  /** Receives warnings, one line each. Default: they are dropped. */
  readonly onWarning?: ((message: string) => void) | undefined;
}

/** Positive and negative likelihood ratio of a binary test. */
export interface ClassLikelihoodRatios {
  /** `sensitivity / (1 - specificity)`, 0 or more: how much a positive result raises the odds. 1 is useless. */
  readonly positive: number;
  /** `(1 - sensitivity) / specificity`, 0 or more: how much a negative result lowers the odds. 1 is useless. */
  readonly negative: number;
}

/**
 * Likelihood ratios of a binary classifier. Unlike predictive values they do not depend on how common the class is.
 *
 * @param yTrue - True class labels, shape `[n]`, two classes.
 * @param yPred - Predicted class labels, same shape.
 * @returns Both ratios; NaN (or `replaceUndefinedBy`) where nothing can be divided.
 * @throws RangeError if there are not two classes, the lengths differ, nothing is given, or a weight is negative.
 * @see scikit-learn `class_likelihood_ratios` (oracle: oracles/metrics.py)
 * @example
 * classLikelihoodRatios([0, 1, 0, 1, 0], [1, 1, 0, 0, 0]); // { positive: 1.5, negative: 0.75 }
 */
export function classLikelihoodRatios(
  yTrue: Labels,
  yPred: Labels,
  options: ClassLikelihoodRatiosOptions = {},
): ClassLikelihoodRatios {
  const { replaceUndefinedBy: fallback, onWarning } = options;
  if (fallback && (fallback.positive < 1 || fallback.negative < 0 || fallback.negative > 1)) {
    refuse(`replaceUndefinedBy is ${JSON.stringify(fallback)}; expected positive of 1 or more and negative of 0 to 1`);
  }
  const { labels, hits, predicted, actual, present } = countClasses(yTrue, yPred, options);
  const unknown = present.filter((label) => !labels.includes(label));
  if (labels.length !== 2 || unknown.length > 0) {
    refuse(
      `the labels are ${quoteLabels(present)}; likelihood ratios need two classes, so pass labels: [negative, positive]`,
    );
  }
  const [trueNegatives, truePositives] = hits as [number, number];
  const [negatives, positives] = actual as [number, number];
  const falsePositives = (predicted[1] as number) - truePositives;
  const ratio = (name: 'positive' | 'negative', numerator: number, denominator: number): number => {
    if (denominator !== 0 && positives !== 0) return (numerator * negatives) / (denominator * positives);
    const value = denominator === 0 ? (fallback?.[name] ?? NaN) : NaN;
    onWarning?.(`the ${name} likelihood ratio is undefined and set to ${value}; pass replaceUndefinedBy to choose`);
    return value;
  };
  return {
    positive: ratio('positive', truePositives, falsePositives),
    negative: ratio('negative', positives - truePositives, trueNegatives),
  };
}
