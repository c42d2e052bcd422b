import { binnedError, calibrationBins } from './calibration-bins.js';
import { predictionLoss, type Evaluation } from './evaluate.js';

/** Figures of the whole evaluation, in the order in which they are counted. */
export const overallFigures = [
  'accuracy',
  'balancedAccuracy',
  'macroF1',
  'rocAuc',
  'averagePrecision',
  'loss',
  'expectedCalibrationError',
] as const;

/** Figures of each class against the rest, in the order in which they are counted. */
export const classFigures = ['sensitivity', 'specificity', 'precision', 'f1', 'rocAuc', 'averagePrecision'] as const;

/** How figures are called in tables and sentences. */
export const figureTitles: Readonly<Record<(typeof overallFigures | typeof classFigures)[number], string>> = {
  accuracy: 'accuracy',
  balancedAccuracy: 'balanced accuracy',
  macroF1: 'F1 score (macro)',
  rocAuc: 'AUC',
  averagePrecision: 'average precision',
  loss: 'loss',
  expectedCalibrationError: 'calibration error',
  sensitivity: 'sensitivity',
  specificity: 'specificity',
  precision: 'precision',
  f1: 'F1 score',
};

/**
 * Prepares an evaluation to be counted again and again with weights, as a bootstrap does: scores are sorted once.
 *
 * @returns Given how often each prediction counts, all of {@link overallFigures}, then all of {@link classFigures} for each
 *   class; NaN for what is undefined. With a weight of 1 for each they are the figures of `summarizeMetrics`, but for means over
 *   classes: classes that are not there do not take part.
 */
export function figureCounter(evaluation: Evaluation): (counts: ArrayLike<number>) => Float64Array {
  const { predictions, classNames } = evaluation;
  const code = new Map(classNames.map((name, k) => [name, k]));
  const truth = Int32Array.from(predictions, ({ trueLabel }) => code.get(trueLabel) ?? -1);
  const guess = Int32Array.from(predictions, ({ label }) => code.get(label) ?? -1);
  const losses = Float64Array.from(predictions, predictionLoss);
  const columns = classNames.map((name) => rankedColumn(predictions.map(({ scores }) => scores[name] ?? 0)));
  const bins = calibrationBins(evaluation);
  const classes = classNames.length;

  return (counts) => {
    const figures = new Float64Array(overallFigures.length + classes * classFigures.length).fill(Number.NaN);
    const [hits, actual, predicted] = [classes, classes, classes].map((n) => new Float64Array(n)) as [
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    let [total, loss] = [0, 0];
    for (let i = 0; i < truth.length; i++) {
      const count = counts[i]!;
      total += count;
      loss += count * losses[i]!;
      actual[truth[i]!]! += count;
      predicted[guess[i]!]! += count;
      if (truth[i] === guess[i]) hits[truth[i]!]! += count;
    }
    for (let k = 0; k < classes; k++) {
      const [hit, positives, called] = [hits[k]!, actual[k]!, predicted[k]!];
      const area = rankedAreas(columns[k]!, { truth, counts, positive: k });
      const rates = {
        sensitivity: hit / positives,
        specificity: (total - positives - called + hit) / (total - positives),
        precision: hit / called,
        f1: (2 * hit) / (positives + called),
        ...area,
      };
      const from = overallFigures.length + k * classFigures.length;
      for (const [i, name] of classFigures.entries()) figures[from + i] = rates[name];
    }
    const overall = {
      accuracy: hits.reduce((sum, hit) => sum + hit, 0) / total,
      balancedAccuracy: meanOfDefined(figures, 'sensitivity'),
      macroF1: meanOfDefined(figures, 'f1'),
      rocAuc: meanOfAll(figures, 'rocAuc'),
      averagePrecision: meanOfAll(figures, 'averagePrecision'),
      loss: loss / total,
      expectedCalibrationError: binnedError(bins, bins.right, counts),
    };
    for (const [i, name] of overallFigures.entries()) figures[i] = overall[name];
    return figures;
  };
}

/** Where a figure of a class stands among all figures. */
export function classFigureIndex(k: number, name: (typeof classFigures)[number]): number {
  return overallFigures.length + k * classFigures.length + classFigures.indexOf(name);
}

function ofEveryClass(figures: Float64Array, name: (typeof classFigures)[number]): Float64Array {
  const from = classFigureIndex(0, name);
  return figures.filter((_, i) => i >= from && (i - from) % classFigures.length === 0);
}

/** NaN unless every class has the figure: a mean over fewer classes would be another figure. */
function meanOfAll(figures: Float64Array, name: (typeof classFigures)[number]): number {
  const values = ofEveryClass(figures, name);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function meanOfDefined(figures: Float64Array, name: (typeof classFigures)[number]): number {
  const values = ofEveryClass(figures, name).filter((value) => !Number.isNaN(value));
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Scores of one class, highest first. */
interface RankedColumn {
  readonly order: Int32Array;
  /** 1 where the next score is another. */
  readonly ends: Uint8Array;
}

function rankedColumn(scores: readonly number[]): RankedColumn {
  const order = Int32Array.from(scores.keys()).sort((a, b) => scores[b]! - scores[a]!);
  return { order, ends: Uint8Array.from(order, (sample, i) => (scores[sample] === scores[order[i + 1]!] ? 0 : 1)) };
}

/** Areas under the ROC curve (ties count half) and, as a step function, under the precision–recall curve. */
function rankedAreas(
  { order, ends }: RankedColumn,
  { truth, counts, positive }: { truth: Int32Array; counts: ArrayLike<number>; positive: number },
): { rocAuc: number; averagePrecision: number } {
  let [hits, misses, tiedHits, tiedMisses, pairs, precision] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < order.length; i++) {
    const sample = order[i]!;
    if (truth[sample] === positive) tiedHits += counts[sample]!;
    else tiedMisses += counts[sample]!;
    if (ends[i] === 0) continue;
    pairs += tiedMisses * (hits + tiedHits / 2);
    hits += tiedHits;
    misses += tiedMisses;
    if (tiedHits > 0) precision += (tiedHits * hits) / (hits + misses);
    tiedHits = tiedMisses = 0;
  }
  return { rocAuc: pairs / (hits * misses), averagePrecision: precision / hits };
}
