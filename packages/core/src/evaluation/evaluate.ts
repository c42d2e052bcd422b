import { accuracyScore, classificationReport, confusionMatrix, type ClassificationReport } from '@graft-ml/metrics';
import type { Dataset } from '../dataset/dataset.js';
import type { Prediction } from '../model/prediction.js';
import type { SkippedImage } from '../model/collect-features.js';

/** A prediction beside what is true. */
export interface LabelledPrediction extends Prediction {
  /** The true class. */
  readonly trueLabel: string;
  /** What belongs together, such as the patient; none if the image stands for itself. */
  readonly group?: string | undefined;
}

/** How a model does on a data set. */
export interface Evaluation {
  readonly classNames: readonly string[];
  /** Share of right predictions, 0–1. */
  readonly accuracy: number;
  /** Mean cross-entropy. */
  readonly loss: number;
  /** `String(report)` is scikit-learn's text. */
  readonly report: ClassificationReport;
  /** Counts; rows are true classes, columns predicted ones, both in the order of `classNames`. */
  readonly confusionMatrix: readonly (readonly number[])[];
  readonly predictions: readonly LabelledPrediction[];
  readonly skipped: readonly SkippedImage[];
}

/**
 * Compares predictions with the labels of a data set.
 * @param predictions - For each kept sample, in the order of `dataset`.
 * @param kept - Places of the kept samples in `dataset`.
 */
export function evaluatePredictions(
  dataset: Dataset,
  options: {
    readonly classNames: readonly string[];
    readonly predictions: readonly Prediction[];
    readonly kept: readonly number[];
    readonly skipped: readonly SkippedImage[];
  },
): Evaluation {
  const { classNames, kept, skipped } = options;
  const predictions = options.predictions.map((prediction, position): LabelledPrediction => {
    const { label: trueLabel = '', group } = dataset.samples[kept[position] as number] ?? {};
    return { ...prediction, trueLabel, ...(group !== undefined && { group }) };
  });
  return evaluateLabelled(predictions, { classNames, skipped });
}

/**
 * Counts and averages over predictions whose true class is known.
 *
 * @param options.classNames - All classes, in the order of report and matrix.
 * @param options.skipped - Images that could not be read. Default: none.
 * @returns Accuracy and loss (mean cross-entropy in nats), report and matrix.
 * @example `evaluateLabelled(evaluation.predictions.filter(({ group }) => group === 'hospital-1'), { classNames }).accuracy`
 */
export function evaluateLabelled(
  predictions: readonly LabelledPrediction[],
  options: { readonly classNames: readonly string[]; readonly skipped?: readonly SkippedImage[] },
): Evaluation {
  const { classNames, skipped = [] } = options;
  const yTrue = predictions.map(({ trueLabel }) => trueLabel);
  const yPred = predictions.map(({ label }) => label);
  const labels = [...classNames];
  return {
    classNames,
    accuracy: accuracyScore(yTrue, yPred),
    loss: predictions.reduce((sum, prediction) => sum + predictionLoss(prediction), 0) / predictions.length,
    report: classificationReport(yTrue, yPred, { labels }),
    confusionMatrix: confusionMatrix(yTrue, yPred, { labels }).matrix,
    predictions,
    skipped,
  };
}

/** Cross-entropy of one prediction: how surprised the model is by the true class. 0 or more; 744 for a score of 0. */
export function predictionLoss({ scores, trueLabel }: LabelledPrediction): number {
  return -Math.log(Math.max(scores[trueLabel] ?? 0, Number.MIN_VALUE));
}
