import { describeImage, textTable } from '@graft-ml/core';
import type { EvaluationIntervals, EvaluationSummary, ErrorAnalysis, FigureInterval } from '@graft-ml/core/evaluation';
import type { EvaluatedDataset, EvaluateModelResult } from '../jobs/evaluate-model.js';
import { errorsDocument } from './error-documents.js';
import { figureTitles } from './figure-titles.js';
import { leftColumns } from './left-columns.js';
import { printCalibrationOf } from './print-calibration.js';
import { evaluationDocument, printEvaluation, printLine } from './print-result.js';
import { visibleText } from '../visible-text.js';

/** All that `graft evaluate --json` prints. */
export function evaluateDocument(result: EvaluateModelResult): Record<string, unknown> {
  const { classNames, models, calibrations, external } = result;
  return {
    classNames,
    ...datasetDocument(result),
    calibration: {
      temperature: models.length === 1 ? (calibrations[0]?.temperature ?? 1) : null,
      thresholds: models.length === 1 ? (calibrations[0]?.thresholds ?? null) : null,
      expectedCalibrationError: result.summary.expectedCalibrationError,
    },
    models: models.map((model, place) => ({
      model,
      temperature: calibrations[place]?.temperature ?? 1,
      thresholds: calibrations[place]?.thresholds ?? null,
    })),
    external: external.map((one) => ({ dataset: one.location, ...datasetDocument(one) })),
  };
}

function datasetDocument({ evaluation, summary, errors, skipped }: EvaluatedDataset): Record<string, unknown> {
  return {
    ...summary,
    ...evaluationDocument(evaluation),
    images: evaluation.predictions.length,
    errors: errorsDocument(errors),
    skipped,
  };
}

/** Everything of an evaluation, for people: report, matrix, figures with intervals, calibration, errors, other data sets. */
export function printEvaluateResult(result: EvaluateModelResult): void {
  const { evaluation, summary, errors, external } = result;
  printEvaluation(evaluation);
  printLine();
  printFigures(summary, evaluation.predictions.length);
  printLine();
  printCalibrations(result);
  printErrors(errors);
  if (external.length > 0) printExternal([result, ...external]);
  else printGaps(summary.intervals.gaps);
}

const perClass = [
  ['sensitivity', 'sensitivity'],
  ['specificity', 'specificity'],
  ['precision', 'precision'],
  ['AUC', 'rocAuc'],
  ['average precision', 'averagePrecision'],
] as const;

function printFigures(summary: EvaluationSummary, images: number): void {
  const { intervals } = summary;
  const percent = `${Number((100 * intervals.confidenceLevel).toFixed(2))} %`;
  const of = intervals.groups === null ? '' : `, drawn as ${intervals.groups} groups`;
  printLine(`${images} images${of}; in brackets what ${percent} intervals span`);
  printLine();
  const figures: Readonly<Record<(typeof figureTitles)[number][1], number>> = {
    accuracy: summary.accuracy,
    balancedAccuracy: summary.balancedAccuracy,
    macroF1: intervals.macroF1?.estimate ?? Number.NaN,
    rocAuc: summary.rocAuc?.ovrMacro ?? Number.NaN,
    averagePrecision: summary.averagePrecision?.macro ?? Number.NaN,
    loss: summary.logLoss ?? Number.NaN,
    expectedCalibrationError: summary.expectedCalibrationError ?? Number.NaN,
  };
  for (const [title, name] of figureTitles) {
    const chance = `; by chance alone ${intervals.calibrationErrorByChance.toFixed(3)}`;
    const more = name === 'expectedCalibrationError' ? chance : '';
    printLine(`${title.padEnd(24)}${figureText(figures[name], intervals[name])}${more}`);
  }
  printLine();
  const rows = Object.entries(summary.perClass).map(([className, own]) => [
    visibleText(className),
    String(own.support),
    ...perClass.map(([, name]) => figureText(own[name] ?? Number.NaN, intervals.perClass[className]?.[name] ?? null)),
  ]);
  printLine(textTable([['class', 'images', ...perClass.map(([title]) => title)], ...rows]));
}

/** `0.850 (0.741–0.919)`; a dash for what is undefined. */
function figureText(value: number, interval: Pick<FigureInterval, 'lower' | 'upper'> | null): string {
  if (Number.isNaN(value)) return '–';
  const span = interval === null ? '(–)' : `(${interval.lower.toFixed(3)}–${interval.upper.toFixed(3)})`;
  return `${value.toFixed(3)} ${span}`;
}

function printCalibrations({ models, calibrations }: EvaluateModelResult): void {
  for (const [place, model] of models.entries()) {
    printCalibrationOf(calibrations[place], models.length === 1 ? '' : ` of ${visibleText(model)}`);
  }
}

/** How many entries of each list are printed; `--json` has more. */
const shown = 5;

/**
 * Confused pairs, highest losses and likely wrong labels, for people.
 * @param options - `outOfSample`: no model saw the images that it judges.
 */
export function printErrors(errors: ErrorAnalysis, { outOfSample = false } = {}): void {
  const { confusedPairs, highestLosses, likelyWrongLabels } = errors;
  if (confusedPairs.length > 0) {
    printLine();
    printLine('most confused');
    for (const { trueLabel, label, count, share } of confusedPairs.slice(0, shown)) {
      const percent = `${(100 * share).toFixed(0)} %`;
      printLine(`  ${visibleText(trueLabel)} taken for ${visibleText(label)}: ${count} (${percent} of its images)`);
    }
  }
  printLine();
  printLine('highest losses');
  const rows = highestLosses
    .slice(0, shown)
    .map(({ source, trueLabel, label, loss, scores }) => [
      `  ${loss.toFixed(3)}`,
      visibleText(describeImage(source)),
      `${visibleText(trueLabel)}, predicted ${visibleText(label)} (${(scores[label] ?? 0).toFixed(3)})`,
    ]);
  printLine(leftColumns(rows));
  if (likelyWrongLabels.length === 0) return;
  printLine();
  printLine(`likely wrong labels${outOfSample ? '' : ', if the model was not trained on these images'}`);
  const doubtful = likelyWrongLabels
    .slice(0, shown)
    .map(({ source, trueLabel, suggestedLabel }) => [
      `  ${visibleText(describeImage(source))}`,
      `${visibleText(trueLabel)}, more likely ${visibleText(suggestedLabel)}`,
    ]);
  printLine(leftColumns(doubtful));
  if (likelyWrongLabels.length > shown) printLine(`  … ${likelyWrongLabels.length} in all; --json lists them`);
}

function printExternal(sets: readonly EvaluatedDataset[]): void {
  printLine();
  const columns = figureTitles.filter(([, name]) =>
    ['accuracy', 'balancedAccuracy', 'rocAuc', 'expectedCalibrationError'].includes(name),
  );
  const rows = sets.map(({ location, evaluation, summary }) => {
    const values = [
      summary.accuracy,
      summary.balancedAccuracy,
      summary.rocAuc?.ovrMacro,
      summary.expectedCalibrationError,
    ];
    return [
      visibleText(location),
      String(evaluation.predictions.length),
      ...columns.map(([, name], i) => figureText(values[i] ?? Number.NaN, summary.intervals[name])),
    ];
  });
  printLine(textTable([['data set', 'images', ...columns.map(([title]) => title)], ...rows]));
  for (const { location, summary } of sets) printGaps(summary.intervals.gaps, `${location}: `);
}

/** What is missing, and why: a line each. */
export function printGaps(gaps: EvaluationIntervals['gaps'], where = ''): void {
  if (gaps.length > 0) printLine();
  for (const gap of gaps) printLine(visibleText(`${where}${gap}`));
}
