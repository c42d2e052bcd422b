import { averageClassScores, type ClassScoreAverage } from './class-score-average.js';
import { checkColumns } from './columns.js';
import type { Labels } from './label.js';
import { checkPosLabel, checkTwoClasses, flag } from './positive-class.js';
import { isRows, readScoreTable, type ScoreRows } from './score-table.js';
import { internLabels } from './intern-labels.js';
import { countScores, readScores, type ThresholdCounts, type ThresholdOptions } from './threshold-counts.js';

/** Options of {@link averagePrecisionScore}. */
export interface AveragePrecisionScoreOptions<
  A extends ClassScoreAverage = ClassScoreAverage,
> extends ThresholdOptions {
  /** Many classes: mean over classes (`macro`, default), weighted by how common they are, over pooled scores, or one score per class. */
  readonly average?: A | undefined;
  /** Many classes: the class of each column. Default: the labels that occur, sorted. */
  readonly labels?: Labels | undefined;
}

/**
 * Average precision: the area under the precision–recall curve as a step function.
 *
 * @param yTrue - True class labels, shape `[n]`.
 * @param yScore - Two classes: score of the positive class (`posLabel`, default 1), shape `[n]`. More: scores of shape `[n, numClasses]`.
 * @returns 0 to 1; chance is the share of positives. 0 for a class without samples. With `average: 'none'` one score for each class.
 * @throws RangeError if the lengths differ, nothing is given, a score is not finite, a weight is negative, or the positive class is unclear.
 * @see scikit-learn `average_precision_score` (oracle: oracles/metrics.py)
 * @example
 * averagePrecisionScore([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]); // 0.8333333333333333
 */
export function averagePrecisionScore(
  yTrue: Labels,
  yScore: ScoreRows,
  options: AveragePrecisionScoreOptions & { readonly average: 'none' },
): number[];
export function averagePrecisionScore(
  yTrue: Labels,
  yScore: ArrayLike<number> | ScoreRows,
  options?: AveragePrecisionScoreOptions<Exclude<ClassScoreAverage, 'none'>>,
): number;
export function averagePrecisionScore(
  yTrue: Labels,
  yScore: ArrayLike<number> | ScoreRows,
  options: AveragePrecisionScoreOptions = {},
): number | number[] {
  const { sampleWeight, labels, average = 'macro', posLabel = 1 } = options;
  if (isRows(yScore)) {
    const table = readScoreTable({ yTrue, scores: yScore, name: 'yScore', labels, sampleWeight, probabilities: false });
    return averageClassScores(table, { average, sampleWeight }, (input) => averagePrecision(countScores(input)));
  }
  checkColumns({ yTrue, yScore }, sampleWeight);
  const { labels: present, codes } = internLabels({ yTrue });
  checkTwoClasses(present, 'yScore');
  checkPosLabel(present, posLabel);
  const code = present.indexOf(posLabel);
  const truth = codes[0] as Int32Array;
  return averagePrecision(countScores({ positive: flag(truth, code), scores: readScores(yScore), sampleWeight }));
}

function averagePrecision({ truePositives, falsePositives, positives }: ThresholdCounts): number {
  if (positives === 0) return 0;
  let area = 0;
  let before = 0;
  for (let i = 0; i < truePositives.length; i++) {
    const hits = truePositives[i] as number;
    area += ((hits - before) * hits) / (hits + (falsePositives[i] as number));
    before = hits;
  }
  return area / positives;
}
