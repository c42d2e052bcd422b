import { averagePrecisionScore } from './average-precision-score.js';
import { bestThreshold, type BestThreshold } from './best-threshold.js';
import { brierScoreLoss } from './brier-score-loss.js';
import { classLikelihoodRatios, type ClassLikelihoodRatios } from './class-likelihood-ratios.js';
import { f1Score } from './f1-score.js';
import { jaccardScore } from './jaccard-score.js';
import type { Label, Labels } from './label.js';
import { negativePredictiveValue } from './negative-predictive-value.js';
import { precisionScore } from './precision-score.js';
import { recallScore } from './recall-score.js';
import { checkOption } from './refuse.js';
import { rocAucScore } from './roc-auc-score.js';
import type { ScoreRows } from './score-table.js';
import { specificityScore } from './specificity-score.js';

/** The metrics of two classes, one of them positive. */
export interface BinarySummary {
  readonly positive: Label;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  readonly specificity: number;
  readonly negativePredictiveValue: number;
  readonly jaccard: number;
  readonly likelihoodRatios: ClassLikelihoodRatios;
  /** With scores: area under the ROC curve of the positive class. */
  readonly rocAuc?: number;
  /** With scores: average precision of the positive class. */
  readonly averagePrecision?: number;
  /** With scores: mean squared error of the positive class's probability, 0 to 1. */
  readonly brier?: number;
  /** With scores of both classes: the threshold of greatest sensitivity + specificity. */
  readonly bestThreshold?: BestThreshold;
}

/** The binary forms of all metrics. */
export function binarySummary(input: {
  yTrue: Labels;
  yPred: Labels;
  scores: ScoreRows | undefined;
  labels: readonly Label[];
  positive: Label;
}): BinarySummary {
  const { yTrue, yPred, scores, labels, positive } = input;
  const column = labels.indexOf(positive);
  checkOption('positive', positive, labels);
  // Recoded, a class without samples is still one of two.
  const code = (label: Label) => Number(label === positive);
  const truth = Uint8Array.from(Array.from<Label>(yTrue), code);
  const guess = Uint8Array.from(Array.from<Label>(yPred), code);
  const scored =
    scores &&
    summarizePositive(
      truth,
      Float64Array.from(scores, (row) => row[column] as number),
    );
  return {
    positive,
    precision: precisionScore(truth, guess),
    recall: recallScore(truth, guess),
    f1: f1Score(truth, guess),
    specificity: specificityScore(truth, guess),
    negativePredictiveValue: negativePredictiveValue(truth, guess),
    jaccard: jaccardScore(truth, guess),
    likelihoodRatios: classLikelihoodRatios(truth, guess, { labels: [0, 1] }),
    ...scored,
  };
}

function summarizePositive(
  truth: Uint8Array,
  scores: Float64Array,
): Pick<BinarySummary, 'rocAuc' | 'averagePrecision' | 'brier' | 'bestThreshold'> {
  const both = truth.includes(0) && truth.includes(1);
  return {
    rocAuc: rocAucScore(truth, scores),
    averagePrecision: averagePrecisionScore(truth, scores),
    brier: brierScoreLoss(truth, scores),
    ...(both && { bestThreshold: bestThreshold(truth, scores) }),
  };
}
