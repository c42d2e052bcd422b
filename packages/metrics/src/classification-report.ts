import { averageRate, meanScore, ratePerClass, type ZeroDivisionOptions } from './average.js';
import { countClasses } from './class-counts.js';
import type { WeightOptions } from './columns.js';
import { formatFixed, formatFloat, padLeft } from './format-number.js';
import type { Label, Labels } from './label.js';
import { fbetaRate, precisionRate, recallRate } from './rates.js';
import { checkWhole, refuse } from './refuse.js';
import { sum } from './sum.js';

/** Options of {@link classificationReport}. */
export interface ClassificationReportOptions extends WeightOptions, ZeroDivisionOptions {
  /** The classes to report and their order; may leave some out. Default: every label that occurs, sorted. */
  readonly labels?: Labels | undefined;
  /** Names to print instead of the labels, in the same order. */
  readonly targetNames?: readonly string[] | undefined;
  /** Digits after the decimal point in the text. Default 2. */
  readonly digits?: number | undefined;
  /** Prints support as a whole number although weights are given: for weights that count repeated samples. Default false. */
  readonly weightsAreCounts?: boolean | undefined;
}

/** One line of a report. */
export interface ReportRow {
  /** Share of the predictions of this class that are right, 0 to 1. */
  readonly precision: number;
  /** Share of the samples of this class that were found, 0 to 1. */
  readonly recall: number;
  /** Harmonic mean of the two, 0 to 1. */
  readonly f1Score: number;
  /** How many samples (or how much weight) the class has in `yTrue`. */
  readonly support: number;
}

/** The line of one class. */
export interface ClassRow extends ReportRow {
  /** The class. */
  readonly label: Label;
  /** The name that the text shows. */
  readonly name: string;
}

/** Precision, recall, F1 and support of each class, with averages. */
export interface ClassificationReport {
  /** One row for each class. */
  readonly classes: readonly ClassRow[];
  /** Share of right predictions; null where `labels` leaves out a class that occurs (then see `microAvg`). */
  readonly accuracy: number | null;
  /** Average over samples; equals accuracy (in all three scores) where that is not null. */
  readonly microAvg: ReportRow;
  /** Mean over classes. */
  readonly macroAvg: ReportRow;
  /** Mean over classes, weighted by support. */
  readonly weightedAvg: ReportRow;
  /** scikit-learn's text, byte for byte. */
  toString(): string;
  /** scikit-learn's dictionary (`output_dict=True`): `{ covid: { precision, recall, 'f1-score', support }, accuracy, 'macro avg', 'weighted avg' }`. */
  toJSON(): Record<string, number | Record<string, number>>;
}

/**
 * Reports precision, recall, F1 score and support of each class.
 *
 * @param yTrue - True class labels, shape `[n]`.
 * @param yPred - Predicted class labels, same shape.
 * @returns An object with the numbers; `String(report)` is scikit-learn's text, `JSON.stringify(report)` its dictionary.
 * @throws RangeError if the lengths differ, nothing is given, a weight is negative, or `targetNames` does not match the classes.
 * @see scikit-learn `classification_report` (oracle: oracles/metrics.py)
 * @example
 * const report = classificationReport(['a', 'b', 'b'], ['a', 'b', 'a']);
 * report.accuracy; // 0.6666666666666666
 * report.classes[1].recall; // 0.5
 */
export function classificationReport(
  yTrue: Labels,
  yPred: Labels,
  options: ClassificationReportOptions = {},
): ClassificationReport {
  const { digits = 2, targetNames } = options;
  checkWhole('digits', digits, 0);
  const counts = countClasses(yTrue, yPred, options);
  const { labels, actual } = counts;
  // scikit-learn turns counts into floats, and prints them so, if weights are given or not one prediction is right.
  const wholeSupport = (!options.sampleWeight || options.weightsAreCounts) && counts.anyHit;
  const names = targetNames ?? labels.map(String);
  if (names.length !== labels.length)
    refuse(
      `targetNames has ${names.length} names but there are ${labels.length} classes; name each class, or pass labels`,
    );

  const rates = [precisionRate, recallRate, fbetaRate(1)] as const;
  const row = (scores: readonly number[], support: number): ReportRow => {
    const [precision, recall, f1Score] = scores as [number, number, number];
    return { precision, recall, f1Score, support };
  };
  const perClass = rates.map((rate) => ratePerClass(counts, rate, options));
  const support = sum(actual);
  const quiet = { zeroDivision: options.zeroDivision };
  const macro = perClass.map((scores) => meanScore(scores));
  const weighted = perClass.map((scores) => meanScore(scores, actual));
  const micro = rates.map((rate) => averageRate(counts, rate, { ...quiet, average: 'micro' }));
  const reported = new Set(labels);
  const complete = counts.present.every((label) => reported.has(label));

  const report: Omit<ClassificationReport, 'toString' | 'toJSON'> = {
    classes: labels.map((label, i) => ({
      label,
      name: names[i] as string,
      ...row(
        perClass.map((scores) => scores[i] as number),
        actual[i] as number,
      ),
    })),
    accuracy: complete ? (micro[0] as number) : null,
    microAvg: row(micro, support),
    macroAvg: row(macro, support),
    weightedAvg: row(weighted, support),
  };
  const hidden = {
    toString: { value: () => reportText(report, digits, wholeSupport ? String : formatFloat) },
    toJSON: { value: () => reportDictionary(report) },
  };
  return Object.defineProperties(report, hidden) as ClassificationReport;
}

type Rows = Omit<ClassificationReport, 'toString' | 'toJSON'>;

function reportText(report: Rows, digits: number, formatSupport: (support: number) => string): string {
  const { classes, accuracy, microAvg, macroAvg, weightedAvg } = report;
  const width = classes.reduce(
    (widest, { name }) => Math.max(widest, [...name].length),
    Math.max('weighted avg'.length, digits),
  );
  const line = (name: string, cells: readonly string[]) =>
    `${padLeft(name, width)} ${cells.map((cell) => ` ${padLeft(cell, 9)}`).join('')}\n`;
  const scores = (name: string, { precision, recall, f1Score, support }: ReportRow) =>
    line(name, [...[precision, recall, f1Score].map((score) => formatFixed(score, digits)), formatSupport(support)]);
  const total =
    accuracy === null
      ? scores('micro avg', microAvg)
      : line('accuracy', ['', '', formatFixed(microAvg.f1Score, digits), formatSupport(microAvg.support)]);
  const rows = classes.map((one) => scores(one.name, one)).join('');
  const head = line('', ['precision', 'recall', 'f1-score', 'support']);
  return `${head}\n${rows}\n${total}${scores('macro avg', macroAvg)}${scores('weighted avg', weightedAvg)}`;
}

function reportDictionary(report: Rows): Record<string, number | Record<string, number>> {
  const entry = ({ precision, recall, f1Score, support }: ReportRow) => ({
    precision,
    recall,
    'f1-score': f1Score,
    support,
  });
  return Object.fromEntries<number | Record<string, number>>([
    ...report.classes.map((one): [string, Record<string, number>] => [one.name, entry(one)]),
    report.accuracy === null ? ['micro avg', entry(report.microAvg)] : ['accuracy', report.accuracy],
    ['macro avg', entry(report.macroAvg)],
    ['weighted avg', entry(report.weightedAvg)],
  ]);
}
