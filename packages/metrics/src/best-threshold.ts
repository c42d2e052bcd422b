import type { Labels } from './label.js';
import { fbetaRate } from './rates.js';
import { checkOption, checkShare, refuse } from './refuse.js';
import { countBothClasses, type ThresholdOptions } from './threshold-counts.js';

/** Options of {@link bestThreshold}. */
export interface BestThresholdOptions extends ThresholdOptions {
  /**
   * What to seek: the greatest sensitivity + specificity - 1 (`youden`, default), the greatest F-score (`fbeta`), the greatest
   * specificity among thresholds with at least the wished sensitivity (`sensitivity`), or the greatest sensitivity among those
   * with at least the wished specificity (`specificity`).
   */
  readonly criterion?: 'youden' | 'fbeta' | 'sensitivity' | 'specificity' | undefined;
  /** For `fbeta`: how many times as much recall counts as precision, 0 or more. Default 1. */
  readonly beta?: number | undefined;
  /** For `sensitivity`: the least sensitivity to accept, above 0 and at most 1. Default 0.95. */
  readonly minSensitivity?: number | undefined;
  /** For `specificity`: the least specificity to accept, above 0 and at most 1. Default 0.95. */
  readonly minSpecificity?: number | undefined;
}

/** A threshold and what it achieves on the samples it was chosen on. */
export interface BestThreshold {
  /** A sample counts as positive if its score is at least this. */
  readonly threshold: number;
  /** What the criterion maximises: Youden's J (-1 to 1), or the F-score, specificity or sensitivity (0 to 1). */
  readonly value: number;
  /** Share of positives found, 0 to 1. */
  readonly sensitivity: number;
  /** Share of negatives left alone, 0 to 1. */
  readonly specificity: number;
  /** Share of found samples that are positive, 0 to 1. */
  readonly precision: number;
}

/**
 * The best threshold among the scores. Choose it on validation data, not on the test set.
 *
 * @param yTrue - True class labels, shape `[n]`, two classes.
 * @param yScore - Score of the positive class, shape `[n]`, finite; higher means more positive.
 * @returns The threshold and its rates; of equally good ones, the highest.
 * @throws RangeError if one class is missing, an option is out of range, the lengths differ, nothing is given, a score is not finite,
 *   or no threshold has the wished specificity.
 * @see Youden (1950), Index for rating diagnostic tests (oracle: oracles/metrics.py, by trying every threshold)
 * @example
 * bestThreshold([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]).threshold; // 0.8
 */
export function bestThreshold(
  yTrue: Labels,
  yScore: ArrayLike<number>,
  options: BestThresholdOptions = {},
): BestThreshold {
  const { criterion = 'youden', beta = 1, minSensitivity = 0.95, minSpecificity = 0.95 } = options;
  checkOption('criterion', criterion, ['youden', 'fbeta', 'sensitivity', 'specificity']);
  checkShare('minSensitivity', minSensitivity);
  checkShare('minSpecificity', minSpecificity);
  const { truePositives, falsePositives, thresholds, negatives, positives } = countBothClasses(yTrue, yScore, options);
  const fbeta = fbetaRate(beta);
  const worth = (tp: number, fp: number): number => {
    if (criterion === 'fbeta') {
      const [numerator, denominator] = fbeta.of({
        hits: tp,
        predicted: tp + fp,
        actual: positives,
        total: positives + negatives,
      });
      return numerator / denominator;
    }
    // One division only, so that equal thresholds stay equal.
    if (criterion === 'youden') return (tp * negatives - fp * positives) / (positives * negatives);
    const [sensitivity, specificity] = [tp / positives, (negatives - fp) / negatives];
    if (criterion === 'sensitivity') return sensitivity >= minSensitivity ? specificity : -Infinity;
    return specificity >= minSpecificity ? sensitivity : -Infinity;
  };
  let best = 0;
  const worthAt = (i: number) => worth(truePositives[i] as number, falsePositives[i] as number);
  for (let i = 1; i < thresholds.length; i++) if (worthAt(i) > worthAt(best)) best = i;
  if (worthAt(best) === -Infinity) {
    refuse(`no score has a specificity of ${minSpecificity}: the highest belongs to a negative; wish for less`);
  }
  const tp = truePositives[best] as number;
  const fp = falsePositives[best] as number;
  return {
    threshold: thresholds[best] as number,
    value: worthAt(best),
    sensitivity: tp / positives,
    specificity: (negatives - fp) / negatives,
    precision: tp / (tp + fp),
  };
}
