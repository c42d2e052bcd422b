import { bootstrapIntervals, deLongTest, mcnemarTest, type DeLongTest, type McnemarTest } from '@graft-ml/metrics';
import type { Dataset } from '../dataset/dataset.js';
import type { ImageReference } from '../image.js';
import type { PredictOptions } from '../model/transfer-model.js';
import { requireSameClasses, requireSameImages } from './align-evaluations.js';
import { supportGaps, classShares } from './class-shares.js';
import { classFigureIndex, classFigures, figureCounter, overallFigures } from './count-figures.js';
import type { EnsembleMember } from './ensemble.js';
import { evaluationGroups } from './evaluation-groups.js';
import type { EvaluationIntervalsOptions } from './evaluation-intervals.js';
import type { Evaluation } from './evaluate.js';
import { scoreRow } from './score-rows.js';

/** A figure of two models on the same images. */
export interface FigureDifference {
  /** The first model's. */
  readonly a: number;
  /** The second model's. */
  readonly b: number;
  /** `a - b`. */
  readonly difference: number;
  /** Around the difference, by a paired bootstrap; null where every resample gives the same, or a class has one image only. */
  readonly interval: { readonly lower: number; readonly upper: number } | null;
}

/** An image that two models label differently. */
export interface Disagreement {
  readonly source: ImageReference;
  readonly trueLabel: string;
  /** What the first model says, and how sure it is. */
  readonly a: { readonly label: string; readonly score: number };
  /** What the second model says, and how sure it is. */
  readonly b: { readonly label: string; readonly score: number };
}

/** Two models on the same images. */
export interface ModelComparison {
  readonly classNames: readonly string[];
  readonly images: number;
  /** How many groups the resamples drew as wholes; null where each image stands for itself. */
  readonly groups: number | null;
  readonly confidenceLevel: number;
  /** By figure; null where a class without images leaves it undefined. */
  readonly figures: Readonly<Record<(typeof overallFigures)[number], FigureDifference | null>>;
  /** Each class against the rest, by its name. */
  readonly perClass: Readonly<Record<string, Readonly<Record<(typeof classFigures)[number], FigureDifference | null>>>>;
  /** Whether one of the models is right more often: the exact test. `onlyA` counts what only the first got right. */
  readonly mcnemar: McnemarTest & { readonly bothRight: number; readonly bothWrong: number };
  /** Whether the areas under the ROC curve differ; null for fewer than two images of a class, or of the others. */
  readonly deLong: {
    /** Each class against the rest, by its name. */
    readonly perClass: Readonly<Record<string, DeLongTest | null>>;
    /** Of the mean over classes. */
    readonly macro: DeLongTest | null;
  };
  /** In the order of the images. */
  readonly disagreements: readonly Disagreement[];
  /** Sentences on what is missing, and what to be careful of. */
  readonly gaps: readonly string[];
}

/** Options of {@link compareModels}. */
export interface CompareModelsOptions extends PredictOptions, Omit<EvaluationIntervalsOptions, 'groups'> {}

/**
 * Evaluates two models on the same images, and says whether they differ.
 *
 * @throws RangeError for models of different classes; what `evaluate` throws.
 * @example `const { figures, mcnemar } = await compareModels(vgg16, vgg19, test)`
 */
export async function compareModels(
  a: EnsembleMember,
  b: EnsembleMember,
  { dataset, ...options }: CompareModelsOptions & { readonly dataset: Dataset },
): Promise<ModelComparison & { readonly evaluations: { readonly a: Evaluation; readonly b: Evaluation } }> {
  const { resamples, confidenceLevel, ...run } = options;
  const evaluations = { a: await a.evaluate(dataset, run), b: await b.evaluate(dataset, run) };
  const { seed } = options;
  return { ...compareEvaluations(evaluations.a, evaluations.b, { seed, resamples, confidenceLevel }), evaluations };
}

/**
 * Says whether two models differ, from their evaluations on the same images.
 *
 * @param options - As for `evaluationIntervals`.
 * @throws RangeError for other classes or other images, or options out of range.
 * @see McNemar 1947; DeLong, DeLong & Clarke-Pearson 1988; Efron & Tibshirani 1993 (oracle: oracles/evaluation.py)
 */
export function compareEvaluations(
  a: Evaluation,
  b: Evaluation,
  options: EvaluationIntervalsOptions = {},
): ModelComparison {
  const classNames = requireSameClasses([a, b]);
  requireSameImages([a.predictions, b.predictions]);
  const { seed = 0, confidenceLevel: confidence = 0.95 } = options;
  const n = a.predictions.length;
  const groups = evaluationGroups(a, options.groups);
  const work = n * classNames.length;
  const { resamples = Math.round(Math.min(2000, Math.max(200, 2.5e8 / work))) } = options;
  const shares = classShares(a, groups);
  const everyClassTwice = shares.every(({ sensitivity }) => sensitivity.units > 1);
  const [countA, countB] = [figureCounter(a), figureCounter(b)];
  const [once, method] = [new Float64Array(n).fill(1), work > 125_000 ? 'percentile' : 'bca'] as const;
  const paired = bootstrapIntervals(
    (counts) => {
      const figuresB = countB(counts);
      return countA(counts).map((figure, i) => figure - figuresB[i]!);
    },
    { n, groups, seed, confidence, resamples, method },
  );
  const [figuresA, figuresB] = [countA(once), countB(once)];
  const difference = (index: number, believable: boolean): FigureDifference | null => {
    const { estimate, lower, upper } = paired[index]!;
    if (Number.isNaN(estimate)) return null;
    const interval = believable && lower < upper ? { lower, upper } : null;
    return { a: figuresA[index]!, b: figuresB[index]!, difference: estimate, interval };
  };
  const overall = overallFigures.map((name, index) => {
    const ofImages = name === 'accuracy' || name === 'loss' || name === 'expectedCalibrationError';
    return [name, difference(index, ofImages || everyClassTwice)] as const;
  });
  const perClass = classNames.map((className, k) => {
    const { sensitivity, specificity } = shares[k]!;
    const twice = sensitivity.units > 1 && specificity.units > 1;
    return [
      className,
      recordOf(classFigures.map((name) => [name, difference(classFigureIndex(k, name), twice)] as const)),
    ] as const;
  });
  return {
    classNames,
    images: n,
    groups: groups === undefined ? null : new Set(groups).size,
    confidenceLevel: confidence,
    figures: recordOf(overall),
    perClass: recordOf(perClass),
    mcnemar: mcnemarOf(a, b),
    deLong: deLongOf([a, b], confidence),
    disagreements: disagreementsOf(a, b),
    gaps: [
      ...classNames.flatMap((name, k) => supportGaps(name, shares[k]!, groups === undefined ? 'image' : 'group')),
      ...(groups === undefined ? [] : [dependenceWarning]),
    ],
  };
}

const dependenceWarning =
  "images of one group are not independent, as McNemar's and DeLong's tests take them to be: go by the bootstrap intervals, " +
  'which draw whole groups';

function mcnemarOf(a: Evaluation, b: Evaluation): ModelComparison['mcnemar'] {
  const labels = ({ predictions }: Evaluation) => predictions.map(({ label }) => label);
  const yTrue = a.predictions.map(({ trueLabel }) => trueLabel);
  const test = mcnemarTest({ yTrue, yPredA: labels(a), yPredB: labels(b) });
  const rightA = a.predictions.filter(({ label, trueLabel }) => label === trueLabel).length;
  const bothRight = rightA - test.onlyA;
  return { ...test, bothRight, bothWrong: yTrue.length - bothRight - test.onlyA - test.onlyB };
}

function deLongOf(evaluations: readonly [Evaluation, Evaluation], confidence: number): ModelComparison['deLong'] {
  const [{ classNames, predictions }] = evaluations;
  const yTrue = predictions.map(({ trueLabel }) => trueLabel);
  const rows = evaluations.map((evaluation) =>
    evaluation.predictions.map((prediction) => scoreRow(prediction, classNames)),
  ) as [number[][], number[][]];
  const perClass = classNames.map((name, k): readonly [string, DeLongTest | null] => {
    const own = yTrue.filter((label) => label === name).length;
    if (own < 2 || yTrue.length - own < 2) return [name, null];
    const [scoresA, scoresB] = rows.map((list) => list.map((row) => row[k]!)) as [number[], number[]];
    return [name, deLongTest({ yTrue: yTrue.map((label) => Number(label === name)), scoresA, scoresB, confidence })];
  });
  const complete = perClass.every(([, test]) => test !== null);
  const [scoresA, scoresB] = rows;
  const macro = complete ? deLongTest({ yTrue, scoresA, scoresB, labels: classNames, confidence }) : null;
  return { perClass: recordOf(perClass), macro };
}

function disagreementsOf(a: Evaluation, b: Evaluation): Disagreement[] {
  return a.predictions.flatMap((one, place) => {
    const other = b.predictions[place]!;
    if (one.label === other.label) return [];
    const answer = ({ label, scores }: typeof one) => ({ label, score: scores[label] ?? 0 });
    return [{ source: one.source, trueLabel: one.trueLabel, a: answer(one), b: answer(other) }];
  });
}

function recordOf<Name extends string, Value>(entries: readonly (readonly [Name, Value])[]): Record<Name, Value> {
  return Object.fromEntries(entries) as Record<Name, Value>;
}
