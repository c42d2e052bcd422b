import { groupNames } from '../dataset/group-by.js';
import type { Dataset } from '../dataset/dataset.js';
import type { Evaluation, LabelledPrediction } from '../evaluation/evaluate.js';
import { evaluatePredictions } from '../evaluation/evaluate.js';
import { FeatureMemo } from '../features/feature-memo.js';
import type { SkippedImage } from '../model/collect-features.js';
import { describeScores, type Prediction } from '../model/prediction.js';
import type { TransferModel } from '../model/transfer-model.js';
import type { CrossValidateOptions, CrossValidation, FoldFigures, FoldResult } from './cross-validate.js';
import { crossValidationFolds } from './cross-validation-folds.js';
import { macroF1Of } from './macro-f1.js';
import { FoldTrainer } from './fold-trainer.js';

/** What `crossValidate` does, once it is there. */
export async function trainFolds(
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
