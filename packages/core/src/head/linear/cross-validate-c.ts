import { stratifiedGroupKFold } from '../../dataset/stratified-group-k-fold.js';
import { stratifiedKFold } from '../../dataset/stratified-k-fold.js';
import { checkChoice } from '../check-choice.js';
import { logisticLogits } from './logistic-logits.js';
import { cScorings, type ChooseCOptions, type ChosenC, type CScoring } from './choose-c.js';
import type { FeatureMatrix, LogisticRegression } from './logistic-regression.js';
import { rowSpace } from './row-space.js';
import { solveLogistic } from './solve-logistic.js';

// Scores need no more; the final solution is exact again.
const tolerance = 1e-4;

/** What `chooseC` does, once it is there. */
export async function crossValidateC(
  features: FeatureMatrix,
  labels: readonly number[],
  options: ChooseCOptions,
): Promise<ChosenC> {
  const { cs = defaultCs, scoring = 'logLoss', groups, ...solver } = options;
  if (cs.length === 0 || cs.some((c, i) => !(c > (cs[i - 1] ?? 0) && c < Infinity))) {
    throw new RangeError(`cs is ${JSON.stringify(cs)}; expected ascending numbers above 0`);
  }
  checkChoice('scoring', scoring, cScorings);
  const nSplits = options.folds ?? foldCount(labels, groups);
  const folds = groups
    ? stratifiedGroupKFold([...labels], groups, { nSplits })
    : stratifiedKFold([...labels], { nSplits });
  const sums = new Float64Array(cs.length);
  for (const { train, test } of folds) {
    const [trainRows, testRows] = coordinates(pickRows(features, train), pickRows(features, test));
    const trainLabels = train.map((row) => labels[row]!);
    const sampleWeight = options.sampleWeight && train.map((row) => options.sampleWeight![row]!);
    const truth = {
      labels: test.map((row) => labels[row]!),
      weights: test.map((row) => options.sampleWeight?.[row] ?? 1),
    };
    let start: LogisticRegression | undefined;
    for (const [place, c] of cs.entries()) {
      start = await solveLogistic(trainRows, trainLabels, { tolerance, ...solver, sampleWeight, c, start });
      sums[place]! += score(logisticLogits(start, testRows), { ...truth, classes: options.classes, scoring });
    }
  }
  const best = sums.indexOf(sums.reduce((a, b) => Math.max(a, b)));
  return { c: cs[best]!, scores: cs.map((c, place) => ({ c, score: sums[place]! / folds.length })) };
}

const defaultCs = Array.from({ length: 10 }, (_, i) => 10 ** (-4 + (8 * i) / 9));

/** As many folds as the rarest class can fill, five at most. */
function foldCount(labels: readonly number[], groups: readonly string[] | undefined): number {
  const members = new Map<number, Set<string | number>>();
  for (const [row, label] of labels.entries()) {
    const known = members.get(label) ?? new Set();
    members.set(label, known.add(groups?.[row] ?? row));
  }
  const [label, least] = [...members].map(([key, set]) => [key, set.size] as const).sort((a, b) => a[1] - b[1])[0]!;
  if (least < 2) {
    const what = groups ? 'group' : 'sample';
    throw new RangeError(`class ${label} has only ${least} ${what}; choosing c needs two a class: give a number for c`);
  }
  return Math.min(5, least);
}

/** Both sides, with no more columns than there are training rows. */
function coordinates(train: FeatureMatrix, test: FeatureMatrix): [FeatureMatrix, FeatureMatrix] {
  if (train.rows >= train.columns || !train.data.every(Number.isFinite)) return [train, test];
  const space = rowSpace(train);
  return [space.rows, space.project(test)];
}

function pickRows({ data, columns }: FeatureMatrix, rows: readonly number[]): FeatureMatrix {
  const picked = new Float64Array(rows.length * columns);
  for (const [place, row] of rows.entries()) {
    picked.set(data.subarray(row * columns, (row + 1) * columns), place * columns);
  }
  return { data: picked, rows: rows.length, columns };
}

/** Weighted mean, so that a sample's views count as one sample. */
function score(
  logits: Float64Array,
  truth: {
    readonly labels: readonly number[];
    readonly weights: readonly number[];
    readonly classes: number;
    readonly scoring: CScoring;
  },
): number {
  const { labels, weights, classes, scoring } = truth;
  let [sum, total] = [0, 0];
  for (const [row, label] of labels.entries()) {
    const values = logits.subarray(row * classes, (row + 1) * classes);
    const highest = values.indexOf(values.reduce((a, b) => Math.max(a, b)));
    const top = values[highest]!;
    const logLoss = Math.log(values.reduce((all, value) => all + Math.exp(value - top), 0)) + top - values[label]!;
    // scikit-learn's log_loss keeps probabilities this far from 0.
    const value = scoring === 'accuracy' ? Number(highest === label) : -Math.min(logLoss, -Math.log(Number.EPSILON));
    sum += weights[row]! * value;
    total += weights[row]!;
  }
  return sum / total;
}
