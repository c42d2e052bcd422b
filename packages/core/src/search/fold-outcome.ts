import type { Dataset } from '../dataset/dataset.js';
import type { Evaluation } from '../evaluation/evaluate.js';
import { evaluatePredictions } from '../evaluation/evaluate.js';
import type { SkippedImage } from '../model/collect-features.js';
import { describeScores, type Prediction } from '../model/prediction.js';
import type { CrossValidation, FoldFigures, FoldResult } from './cross-validate.js';

/** What one fold of a cross-validation gave, as plain data: a machine that trained it can hand it to another. */
export interface FoldOutcome {
  readonly result: FoldResult;
  /** Of the images of the fold's test side that could be read. */
  readonly predictions: readonly FoldPrediction[];
}

/** A prediction by the id of its sample. */
export interface FoldPrediction extends Pick<Prediction, 'label' | 'scores'> {
  readonly id: string;
}

/**
 * Puts the folds of a cross-validation together, wherever they were trained.
 *
 * @param dataset - What the folds were made of.
 * @param found.outcomes - Of every fold, in their order.
 * @param found.skipped - Images that could not be read.
 */
export function joinFolds(
  dataset: Dataset,
  found: { readonly outcomes: readonly FoldOutcome[]; readonly skipped: readonly SkippedImage[] },
): CrossValidation {
  const { outcomes, skipped } = found;
  const folds = outcomes.map(({ result }) => result);
  const predictions = new Map<string, FoldPrediction[]>();
  for (const prediction of outcomes.flatMap((outcome) => outcome.predictions)) {
    const known = predictions.get(prediction.id);
    if (known === undefined) predictions.set(prediction.id, [prediction]);
    else known.push(prediction);
  }
  return {
    folds,
    mean: figures(folds, mean),
    sd: figures(folds, standardDeviation),
    evaluation: outOfFold(dataset, { predictions, skipped }),
    skipped,
  };
}

function outOfFold(
  dataset: Dataset,
  found: {
    readonly predictions: ReadonlyMap<string, readonly FoldPrediction[]>;
    readonly skipped: readonly SkippedImage[];
  },
): Evaluation {
  const { classNames, samples } = dataset;
  const kept: number[] = [];
  const predictions: Prediction[] = [];
  for (const [index, { id, source }] of samples.entries()) {
    const own = found.predictions.get(id);
    if (own === undefined) continue;
    kept.push(index);
    predictions.push(averagePredictions(own, { classNames, source }));
  }
  return evaluatePredictions(dataset, { classNames, predictions, kept, skipped: found.skipped });
}

function averagePredictions(
  predictions: readonly FoldPrediction[],
  { classNames, source }: { readonly classNames: readonly string[]; readonly source: Prediction['source'] },
): Prediction {
  const [first] = predictions as [FoldPrediction];
  if (predictions.length === 1) return { source, label: first.label, scores: first.scores };
  const scores = classNames.map((name) => mean(predictions.map((prediction) => prediction.scores[name] ?? 0)));
  return describeScores(scores, { classNames, source });
}

function figures(folds: readonly FoldResult[], summarise: (values: readonly number[]) => number): FoldFigures {
  const of = (key: keyof FoldFigures) => summarise(folds.map((fold) => fold[key]));
  return { accuracy: of('accuracy'), macroF1: of('macroF1'), loss: of('loss') };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function standardDeviation(values: readonly number[]): number {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
}
