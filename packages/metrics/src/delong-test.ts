import { aucInfluence, influenceError } from './auc-influence.js';
import { checkColumns } from './columns.js';
import type { Label, Labels } from './label.js';
import { normalCdf, normalQuantile } from './normal.js';
import { checkShare } from './refuse.js';
import type { ScoreRows } from './score-table.js';

/** What {@link deLongTest} takes. */
export interface DeLongTestInput {
  /** True class labels, shape `[n]`; two classes, unless rows of scores are given. */
  readonly yTrue: Labels;
  /** By the first model: scores of the positive class, shape `[n]`, or of each class, shape `[n, numClasses]`; finite. */
  readonly scoresA: ArrayLike<number> | ScoreRows;
  /** Scores by the second model, same shape. */
  readonly scoresB: ArrayLike<number> | ScoreRows;
  /** The positive class. Default 1 where the labels are 0 and 1, or -1 and 1. */
  readonly posLabel?: Label | undefined;
  /** For rows: the class of each column. Default: the labels that occur, sorted. */
  readonly labels?: Labels | undefined;
  /** Confidence of the interval around the difference. Default 0.95. */
  readonly confidence?: number | undefined;
}

/** What {@link deLongTest} found. */
export interface DeLongTest {
  /** Area under the ROC curve of the first model, 0 to 1; for rows, the mean over classes of each against the rest. */
  readonly aucA: number;
  /** Area under the ROC curve of the second model, 0 to 1. */
  readonly aucB: number;
  /** `aucA - aucB`. */
  readonly difference: number;
  /** Standard errors of both areas and of the difference. */
  readonly standardErrors: { readonly aucA: number; readonly aucB: number; readonly difference: number };
  /** Difference over its standard error; 0 if the models rank all pairs alike. */
  readonly z: number;
  /** Chance of a difference at least as large if both areas are equal, two-sided, 0 to 1. */
  readonly pValue: number;
  /** Lower end of the interval around the difference. */
  readonly lower: number;
  /** Upper end of the interval around the difference. */
  readonly upper: number;
}

/**
 * DeLong's test: do two models differ in area under the ROC curve on the same samples? Samples count as independent: for
 * several images of one patient it is too sure.
 *
 * @returns Both areas, their difference with its interval, and a p-value. With rows of class scores the areas are macro
 *   averages, each class against the rest.
 * @throws RangeError if there are fewer than two positives or negatives, the lengths differ, a score is not finite, or the positive class is unclear.
 * @see DeLong, DeLong & Clarke-Pearson (1988); by ranks as Sun & Xu (2014) (oracles: oracles/metrics.py, oracles/evaluation.py, by all pairs)
 * @example
 * deLongTest({ yTrue: [0, 0, 1, 1], scoresA: [0.1, 0.4, 0.35, 0.8], scoresB: [0.2, 0.1, 0.4, 0.3] }).difference; // -0.25
 */
export function deLongTest(input: DeLongTestInput): DeLongTest {
  const { yTrue, scoresA, scoresB, posLabel, labels, confidence = 0.95 } = input;
  checkShare('confidence', confidence, true);
  checkColumns({ yTrue, scoresA, scoresB });
  const a = aucInfluence({ yTrue, scores: scoresA, name: 'scoresA', posLabel, labels });
  const b = aucInfluence({ yTrue, scores: scoresB, name: 'scoresB', posLabel, labels });
  const difference = a.auc - b.auc;
  const error = influenceError(a.influence.map((value, i) => value - (b.influence[i] as number)));
  const z = difference === 0 ? 0 : difference / error;
  const reach = normalQuantile((1 + confidence) / 2) * error;
  return {
    aucA: a.auc,
    aucB: b.auc,
    difference,
    standardErrors: { aucA: influenceError(a.influence), aucB: influenceError(b.influence), difference: error },
    z,
    pValue: 2 * normalCdf(-Math.abs(z)),
    lower: difference - reach,
    upper: difference + reach,
  };
}
