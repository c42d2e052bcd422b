import { chooseLabels } from './choose-labels.js';
import { checkColumns } from './columns.js';
import { internLabels } from './intern-labels.js';
import type { Label, Labels } from './label.js';
import { quoteLabels, refuse } from './refuse.js';

/** Scores of several classes, one row for each sample, shape `[n, numClasses]`; rows may be plain or typed arrays. */
export type ScoreRows = ArrayLike<ArrayLike<number>>;

/** Checked scores with the true class of each sample. */
export interface ScoreTable {
  /** The class of each column. */
  readonly classes: Label[];
  /** The column of each sample's true class, shape `[n]`. */
  readonly truth: Int32Array;
  /** Number of samples. */
  readonly n: number;
  /** The score of one sample for one class. */
  readonly at: (sample: number, column: number) => number;
  /** Distance from 1 to the next number of the scores' own precision. */
  readonly epsilon: number;
}

/** What {@link readScoreTable} takes. */
export interface ScoreTableInput {
  readonly yTrue: Labels;
  /** One row of class scores for each sample, or one probability of the second class for each sample. */
  readonly scores: ArrayLike<number> | ScoreRows;
  /** What messages call the scores. */
  readonly name: string;
  readonly labels?: Labels | undefined;
  readonly sampleWeight?: ArrayLike<number> | undefined;
  /** Demands scores of 0 to 1 that sum to 1 in each row. */
  readonly probabilities: boolean;
}

/** How far the sum of a row of probabilities may be from 1: float32 arithmetic and six printed digits pass. */
const sumTolerance = 1e-5;

/** Checks class scores and finds the column of each true class. */
export function readScoreTable(input: ScoreTableInput): ScoreTable {
  const { yTrue, scores, name, probabilities } = input;
  const n = checkColumns({ yTrue, [name]: scores }, input.sampleWeight);
  const rows = isRows(scores) ? scores : undefined;
  const width = rows ? (rows[0]?.length ?? 0) : 2;
  const { classes, truth } = readClasses(yTrue, input.labels, width);
  const values = rows ? undefined : (scores as ArrayLike<number>);
  const at = (i: number, c: number): number => {
    if (rows) return (rows[i] as ArrayLike<number>)[c] as number;
    const score = (values as ArrayLike<number>)[i] as number;
    return c === 1 ? score : 1 - score;
  };
  for (let i = 0; i < n; i++) {
    const row = rows?.[i];
    if (row && row.length !== width)
      refuse(`${name}[${i}] has ${row.length} entries but the first row has ${width}; pass one for each class`);
    let total = 0;
    for (let c = 0; c < width; c++) {
      const score = at(i, c);
      if (!Number.isFinite(score)) refuse(`${name}[${i}] holds ${score}; expected finite numbers`);
      if (probabilities && (score < 0 || score > 1))
        refuse(`${name}[${i}] holds ${score}; expected a probability, 0 to 1`);
      total += score;
    }
    if (probabilities && Math.abs(total - 1) > sumTolerance)
      refuse(`${name}[${i}] sums to ${total}; expected probabilities that sum to 1; apply softmax first`);
  }
  return {
    classes,
    truth,
    n,
    at,
    epsilon: (rows ? rows[0] : scores) instanceof Float32Array ? 2 ** -23 : Number.EPSILON,
  };
}

/** Tells a table of scores from a single column. */
export function isRows(scores: ArrayLike<number> | ScoreRows): scores is ScoreRows {
  return typeof scores[0] === 'object';
}

function readClasses(
  yTrue: Labels,
  labels: Labels | undefined,
  width: number,
): { classes: Label[]; truth: Int32Array } {
  const { labels: present, codes } = internLabels({ yTrue });
  const truth = codes[0] as Int32Array;
  const { labels: classes, positions } = chooseLabels(present, labels);
  if (classes.length !== width) {
    refuse(
      `the scores have ${width} columns but there are ${classes.length} classes (${quoteLabels(classes)}); pass labels with the class of each column`,
    );
  }
  if (!labels) return { classes, truth };
  const unknown = present.filter((_, code) => !positions.includes(code));
  if (unknown.length > 0)
    refuse(`labels lacks ${quoteLabels(unknown)}, which yTrue holds; name the class of each column`);
  const column = present.map((_, code) => positions.indexOf(code));
  return { classes, truth: truth.map((code) => column[code] as number) };
}
