import { confidentLearning } from './confident-learning.js';
import { predictionLoss, type Evaluation, type LabelledPrediction } from './evaluate.js';
import { scoreRow } from './score-rows.js';

/** Options of {@link analyzeErrors}. */
export interface AnalyzeErrorsOptions {
  /** How many predictions each list holds at most, 1 or more. Default: 20. */
  readonly limit?: number | undefined;
}

/** A prediction, how wrong it was, and how sure. */
export interface AnalyzedPrediction extends LabelledPrediction {
  /** Cross-entropy: minus the logarithm of the true class's score; 0 or more. */
  readonly loss: number;
  /** The highest score, 0–1. */
  readonly certainty: number;
}

/** Two classes of which one was taken for the other. */
export interface ConfusedPair {
  readonly trueLabel: string;
  /** What was predicted instead. */
  readonly label: string;
  /** How often. */
  readonly count: number;
  /** Share of all images of the true class, 0–1. */
  readonly share: number;
  /** The images, highest loss first. */
  readonly predictions: readonly AnalyzedPrediction[];
}

/** An image whose label is probably wrong. */
export interface LikelyWrongLabel extends AnalyzedPrediction {
  /** The class that the image more probably is. */
  readonly suggestedLabel: string;
  /** The score of the given label, 0–1: the lower, the more doubtful. */
  readonly labelQuality: number;
}

/** Where a model errs, and where its data may. */
export interface ErrorAnalysis {
  /** Highest first; right predictions too, if there are fewer errors than asked for. */
  readonly highestLosses: readonly AnalyzedPrediction[];
  /** Most frequent first. */
  readonly confusedPairs: readonly ConfusedPair[];
  /** Highest certainty first, right or wrong. */
  readonly mostCertain: readonly AnalyzedPrediction[];
  /** Lowest certainty first, right or wrong. */
  readonly leastCertain: readonly AnalyzedPrediction[];
  /**
   * By confident learning, most doubtful first. Believe it only if the model has not been trained on these images: a model
   * repeats the labels that it was trained on, wrong ones too.
   */
  readonly likelyWrongLabels: readonly LikelyWrongLabel[];
}

/**
 * Sorts out the errors of an evaluation: what to look at first.
 *
 * @param evaluation - Of `evaluate` on images that the model was not trained on, or the `evaluation` of `crossValidate`, which
 *   has out-of-sample scores for every image.
 * @throws RangeError for a limit out of range.
 * @see Northcutt, Jiang & Chuang, "Confident learning", 2021, for labels (oracle: oracles/evaluation.py)
 * @example `analyzeErrors(await model.evaluate(test)).confusedPairs[0] // { trueLabel: 'normal', label: 'pneumonia', count: 5, … }`
 */
export function analyzeErrors(evaluation: Evaluation, options: AnalyzeErrorsOptions = {}): ErrorAnalysis {
  const { limit = 20 } = options;
  if (!Number.isInteger(limit) || limit < 1) throw new RangeError(`limit is ${limit}; expected a whole number from 1`);
  const { classNames } = evaluation;
  const analyzed = evaluation.predictions.map((prediction): AnalyzedPrediction => ({
    ...prediction,
    loss: predictionLoss(prediction),
    certainty: Math.max(...Object.values(prediction.scores)),
  }));
  const first = (by: (prediction: AnalyzedPrediction) => number) => sorted(analyzed, by).slice(0, limit);
  return {
    highestLosses: first(({ loss }) => -loss),
    confusedPairs: confusedPairs(analyzed, classNames, limit),
    mostCertain: first(({ certainty }) => -certainty),
    leastCertain: first(({ certainty }) => certainty),
    likelyWrongLabels: likelyWrongLabels(analyzed, classNames).slice(0, limit),
  };
}

function confusedPairs(
  predictions: readonly AnalyzedPrediction[],
  classNames: readonly string[],
  limit: number,
): ConfusedPair[] {
  const pairs = classNames.flatMap((trueLabel) => {
    const own = predictions.filter((prediction) => prediction.trueLabel === trueLabel);
    return classNames.flatMap((label): ConfusedPair[] => {
      const taken = label === trueLabel ? [] : own.filter((prediction) => prediction.label === label);
      if (taken.length === 0) return [];
      const worst = sorted(taken, ({ loss }) => -loss).slice(0, limit);
      return [{ trueLabel, label, count: taken.length, share: taken.length / own.length, predictions: worst }];
    });
  });
  return sorted(pairs, ({ count }) => -count);
}

function likelyWrongLabels(
  predictions: readonly AnalyzedPrediction[],
  classNames: readonly string[],
): LikelyWrongLabel[] {
  const samples = predictions.map((prediction) => ({
    label: classNames.indexOf(prediction.trueLabel),
    scores: scoreRow(prediction, classNames),
  }));
  const { issues, confidentLabels } = confidentLearning(samples, classNames.length);
  const found = issues.map((place): LikelyWrongLabel => {
    const prediction = predictions[place] as AnalyzedPrediction;
    return {
      ...prediction,
      suggestedLabel: classNames[confidentLabels[place] ?? 0] ?? '',
      labelQuality: prediction.scores[prediction.trueLabel] ?? 0,
    };
  });
  return sorted(found, ({ labelQuality }) => labelQuality);
}

/** Lowest first; equals keep their order. */
function sorted<Item>(items: readonly Item[], by: (item: Item) => number): Item[] {
  return [...items].sort((a, b) => by(a) - by(b));
}
