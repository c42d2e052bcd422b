import { binaryRocAuc } from './binary-roc-auc.js';
import { checkColumns, type WeightOptions } from './columns.js';
import { averageClassScores, type ClassScoreAverage } from './class-score-average.js';
import { gather } from './gather.js';
import { internLabels } from './intern-labels.js';
import type { Labels } from './label.js';
import { checkTwoClasses, flag } from './positive-class.js';
import { checkOption, checkShare, refuse } from './refuse.js';
import { isRows, readScoreTable, type ScoreRows, type ScoreTable } from './score-table.js';
import { columnOf, readScores } from './threshold-counts.js';

/** Options of {@link rocAucScore}. */
export interface RocAucScoreOptions<A extends ClassScoreAverage = ClassScoreAverage> extends WeightOptions {
  /** Many classes: mean over classes (`macro`, default), weighted by how common they are, over pooled scores (`micro`, with `ovr`), or one score per class (`none`, with `ovr`). */
  readonly average?: A | undefined;
  /** Two classes: the area for false positive rates up to this, above 0 and at most 1, scaled so that chance is 0.5. Default: the whole. */
  readonly maxFpr?: number | null | undefined;
  /** Many classes: each against the rest (`ovr`) or every pair (`ovo`, without weights). Must be chosen. */
  readonly multiClass?: 'raise' | 'ovr' | 'ovo' | undefined;
  /** Many classes: the class of each column. Default: the labels that occur, sorted. */
  readonly labels?: Labels | undefined;
  /** Receives warnings, one line each. Default: they are dropped. */
  readonly onWarning?: ((message: string) => void) | undefined;
}

const undefinedArea = 'some class has no samples, or all of them; its area under the ROC curve is NaN';

/**
 * Area under the ROC curve: the chance that a positive sample scores above a negative one, ties counting half.
 *
 * @param yTrue - True class labels, shape `[n]`.
 * @param yScore - Two classes: score of the greater label, shape `[n]`. More: probabilities of shape `[n, numClasses]`,
 *   rows summing to 1.
 * @returns 0 to 1; 0.5 is chance. NaN, with a warning, if a class has no samples or all. With `average: 'none'`
 *   one score for each class, shape `[numClasses]`.
 * @throws RangeError if the lengths differ, nothing is given, a score is not finite, probabilities do not sum to 1, a weight is
 *   negative, or the options do not fit the number of classes.
 * @see scikit-learn `roc_auc_score` (oracle: oracles/metrics.py); Hand & Till (2001) for `ovo`, McClish (1989) for `maxFpr`.
 * @example
 * rocAucScore([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]); // 0.75
 */
export function rocAucScore(
  yTrue: Labels,
  yScore: ScoreRows,
  options: RocAucScoreOptions & { readonly average: 'none' },
): number[];
export function rocAucScore(
  yTrue: Labels,
  yScore: ArrayLike<number> | ScoreRows,
  options?: RocAucScoreOptions<Exclude<ClassScoreAverage, 'none'>>,
): number;
export function rocAucScore(
  yTrue: Labels,
  yScore: ArrayLike<number> | ScoreRows,
  options: RocAucScoreOptions = {},
): number | number[] {
  const { sampleWeight, maxFpr, multiClass = 'raise', average = 'macro', onWarning } = options;
  checkOption('multiClass', multiClass, ['raise', 'ovr', 'ovo']);
  if (!isRows(yScore)) {
    checkColumns({ yTrue, yScore }, sampleWeight);
    checkShare('maxFpr', maxFpr ?? 1);
    const { labels, codes } = internLabels({ yTrue });
    checkTwoClasses(labels, 'yScore');
    const truth = codes[0] as Int32Array;
    if (labels.length === 1) onWarning?.(undefinedArea);
    // With one class only, nothing has the second code.
    return binaryRocAuc({ positive: flag(truth, 1), scores: readScores(yScore), sampleWeight, maxFpr });
  }
  if ((maxFpr ?? 1) !== 1) refuse(`maxFpr is ${maxFpr}; with rows of class scores expected it to be left out`);
  if (multiClass === 'raise')
    refuse(
      'yScore has one column for each class; pass multiClass: "ovr" (each class against the rest) or "ovo" (every pair)',
    );
  const table = readScoreTable({
    yTrue,
    scores: yScore,
    name: 'yScore',
    labels: options.labels,
    sampleWeight,
    probabilities: true,
  });
  if (multiClass === 'ovr') {
    return averageClassScores(table, { average, sampleWeight }, (input) => {
      const area = binaryRocAuc(input);
      if (Number.isNaN(area)) onWarning?.(undefinedArea);
      return area;
    });
  }
  if (sampleWeight) refuse('sampleWeight is given but multiClass is "ovo"; weights work with "ovr" only');
  checkOption('average', average, ['macro', 'weighted']);
  return averagePairs(table, average === 'weighted');
}

/** Mean over pairs of classes of the two areas that tell one from the other. */
function averagePairs({ classes, truth, n, at }: ScoreTable, weighted: boolean): number {
  const members = classes.map((): number[] => []);
  for (let i = 0; i < n; i++) members[truth[i] as number]?.push(i);
  let total = 0;
  let scale = 0;
  for (const [a, samplesOfA] of members.entries()) {
    for (const [b, samplesOfB] of members.entries()) {
      if (b <= a || samplesOfA.length * samplesOfB.length === 0) continue;
      const samples = [...samplesOfA, ...samplesOfB];
      const codes = gather(truth, samples);
      const area = (code: number) =>
        binaryRocAuc({
          positive: flag(codes, code),
          scores: columnOf(samples.length, (i) => at(samples[i] as number, code)),
        });
      const weight = weighted ? samples.length : 1;
      total += (weight * (area(a) + area(b))) / 2;
      scale += weight;
    }
  }
  return total / scale;
}
