import { groupNames, type GroupBy } from '../dataset/group-by.js';
import type { Dataset } from '../dataset/dataset.js';
import type { Evaluation, LabelledPrediction } from '../evaluation/evaluate.js';
import { evaluatePredictions } from '../evaluation/evaluate.js';
import { FeatureMemo } from '../features/feature-memo.js';
import type { SkippedImage } from '../model/collect-features.js';
import type { FitOptions } from '../model/fit-options.js';
import { describeScores, type Prediction } from '../model/prediction.js';
import type { TransferModel } from '../model/transfer-model.js';
import { crossValidationFolds } from './cross-validation-folds.js';
import { FoldTrainer } from './fold-trainer.js';
import { macroF1Of } from './macro-f1.js';

/** Options of {@link crossValidate}: what `fit` takes, but for a validation set, and how folds are made. */
export interface CrossValidateOptions extends Omit<FitOptions, 'validation' | 'checkpoint' | 'callbacks'> {
  /** How many folds, 2 or more. Default: 5. */
  readonly nSplits?: number | undefined;
  /** How often all folds are drawn anew. Default: 1. */
  readonly nRepeats?: number | undefined;
  /** What must not stand on both sides. Default: the samples' own `group`, where they have one. */
  readonly groupBy?: GroupBy | undefined;
  /** Holds activations between calls on one data set. Default: one for this call. */
  readonly memo?: FeatureMemo | undefined;
}

/** Figures of one fold's test side. */
export interface FoldResult {
  /** From 1. */
  readonly repeat: number;
  /** From 1. */
  readonly fold: number;
  readonly counts: { readonly train: number; readonly test: number };
  /** 0–1. */
  readonly accuracy: number;
  /** Mean of the classes' F1 scores, 0–1. */
  readonly macroF1: number;
  /** Mean cross-entropy. */
  readonly loss: number;
}

/** Figures that are averaged over folds. */
export type FoldFigures = Readonly<Record<'accuracy' | 'macroF1' | 'loss', number>>;

/** What {@link crossValidate} found. */
export interface CrossValidation {
  readonly folds: readonly FoldResult[];
  /** Means over the folds. */
  readonly mean: FoldFigures;
  /** Standard deviations over the folds, with the number of folds as divisor, as numpy's `std`. */
  readonly sd: FoldFigures;
  /**
   * Metrics on the out-of-fold predictions: each sample once, in the data set's order, by models that did not see it. With
   * repeats a sample's scores are averaged.
   */
  readonly evaluation: Evaluation;
  readonly skipped: readonly SkippedImage[];
}

/**
 * Trains and tests a model's head on stratified folds. Each image runs through the frozen prefix once for each view, and each
 * fold starts from the same initial weights. The model itself is not changed, and need not know its classes.
 *
 * @throws RangeError for options out of range; DatasetError if a class cannot be on both sides, or images cannot be read;
 *   AbortedError if aborted.
 * @example
 * ```ts
 * const { mean, sd } = await crossValidate(model, dataset, { nSplits: 5, epochs: 25 });
 * console.log(`${mean.accuracy.toFixed(3)} ± ${sd.accuracy.toFixed(3)}`);
 * ```
 */
export async function crossValidate(
  model: TransferModel,
  dataset: Dataset,
  options: CrossValidateOptions = {},
): Promise<CrossValidation> {
  const { nSplits = 5, nRepeats = 1, groupBy = 'group', memo = new FeatureMemo(), ...fit } = options;
  const seed = options.seed ?? model.parts.seed;
  const groups = groupNames(dataset.samples, groupBy);
  const folds = crossValidationFolds(dataset, { groups, nSplits, nRepeats, seed, onWarning: fit.onWarning });
  const { onProgress } = fit;
  const trainer = await FoldTrainer.create(model.parts, { classNames: dataset.classNames, memo });
  try {
    const skipped = await trainer.readAll(dataset, folds[0]!.train, { ...fit, seed });
    const results: FoldResult[] = [];
    const predictions = new Map<string, Prediction[]>();
    for (const [index, { train, test }] of folds.entries()) {
      const sides = { train: trainer.readable(train), test: trainer.readable(test) };
      const evaluation = await trainer.run(sides, { ...fit, seed, onProgress: undefined });
      const { accuracy, loss } = evaluation;
      const macroF1 = macroF1Of(evaluation);
      results.push({
        repeat: Math.floor(index / nSplits) + 1,
        fold: (index % nSplits) + 1,
        counts: { train: sides.train.samples.length, test: sides.test.samples.length },
        accuracy,
        macroF1,
        loss,
      });
      for (const [place, prediction] of evaluation.predictions.entries()) {
        const id = sides.test.samples[place]?.id ?? '';
        predictions.set(id, [...(predictions.get(id) ?? []), prediction]);
      }
      onProgress?.({ stage: 'folds', done: index + 1, total: folds.length, epoch: { accuracy, macroF1, loss } });
    }
    return {
      folds: results,
      mean: figures(results, mean),
      sd: figures(results, standardDeviation),
      evaluation: outOfFold(dataset, { predictions, skipped }),
      skipped,
    };
  } finally {
    await trainer.dispose();
  }
}

function outOfFold(
  dataset: Dataset,
  found: {
    readonly predictions: ReadonlyMap<string, readonly Prediction[]>;
    readonly skipped: readonly SkippedImage[];
  },
): Evaluation {
  const { classNames } = dataset;
  const kept = [...dataset.samples.keys()].filter((index) => found.predictions.has(dataset.samples[index]?.id ?? ''));
  const predictions = kept.map((index) =>
    averagePredictions(found.predictions.get(dataset.samples[index]?.id ?? '') ?? [], classNames),
  );
  return evaluatePredictions(dataset, { classNames, predictions, kept, skipped: found.skipped });
}

function averagePredictions(predictions: readonly Prediction[], classNames: readonly string[]): Prediction {
  const first = predictions[0] as LabelledPrediction;
  if (predictions.length === 1) return { source: first.source, label: first.label, scores: first.scores };
  const scores = classNames.map((name) => mean(predictions.map((prediction) => prediction.scores[name] ?? 0)));
  return describeScores(scores, { classNames, source: first.source });
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
