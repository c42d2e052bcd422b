import { describeImage, type Prediction } from '@graft-ml/core';
import type { Evaluation, LabelledPrediction } from '@graft-ml/core/evaluation';
import type { PredictionSummary } from '@graft-ml/core/evaluation';
import { formatConfusionMatrix } from '@graft-ml/metrics';
import { visibleJson, visibleLines, visibleText } from '../visible-text.js';

/** The one JSON document of a command. */
export function printJson(document: unknown): void {
  process.stdout.write(`${visibleJson(JSON.stringify(document, undefined, 2))}\n`);
}

/** A line of a command's result, or several. Names from outside cannot steer the terminal, whoever printed them. */
export function printLine(line = ''): void {
  process.stdout.write(`${visibleLines(line)}\n`);
}

/** Text with colours of ours, in which names are visible already. */
export function printPainted(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Report and matrix, as the notebook prints them. */
export function printEvaluation(evaluation: Evaluation): void {
  printLine(String(evaluation.report));
  const { classNames, confusionMatrix } = evaluation;
  const matrix = confusionMatrix.map((row) => [...row]);
  printLine(formatConfusionMatrix({ labels: [...classNames], matrix }, { header: 'Predictions' }));
}

/** An evaluation with the JSON keys of the commands. */
export function evaluationDocument(evaluation: Evaluation): Record<string, unknown> {
  return {
    accuracy: evaluation.accuracy,
    loss: evaluation.loss,
    confusionMatrix: evaluation.confusionMatrix,
    report: evaluation.report,
    reportText: String(evaluation.report),
    predictions: evaluation.predictions.map(labelledDocument),
  };
}

function labelledDocument(prediction: LabelledPrediction): Record<string, unknown> {
  return {
    path: describeImage(prediction.source),
    label: prediction.trueLabel,
    predicted: prediction.label,
    scores: prediction.scores,
  };
}

/** A manifest may name a million files that are not there. */
const namedSkips = 20;

/** Says which images were left out, and why. */
export function noteSkipped(
  skipped: readonly { readonly path: string; readonly reason: string }[],
  note: (message: string) => void,
): void {
  if (skipped.length === 0) return;
  for (const { path, reason } of skipped.slice(0, namedSkips)) {
    note(visibleText(reason.includes(path) ? `skipped ${reason}` : `skipped ${path}: ${reason}`));
  }
  const more =
    skipped.length > namedSkips ? `, ${skipped.length - namedSkips} of them not named here; --json lists all` : '';
  note(`skipped ${skipped.length} ${skipped.length === 1 ? 'image' : 'images'}${more}`);
}

/** A line for each image, then the share of each class and of all others, as the notebook's `predict_covid19` has it. */
export function printPredictions(predictions: readonly Prediction[], summary: PredictionSummary): void {
  for (const { source, label, scores } of predictions) {
    printLine(visibleText(`${describeImage(source)}  ${label}  ${(scores[label] ?? 0).toFixed(3)}`));
  }
  printLine();
  printLine(`${predictions.length} ${predictions.length === 1 ? 'image' : 'images'}`);
  // An empty shard has shares of nothing.
  if (predictions.length === 0) return;
  const names = Object.keys(summary.counts);
  const width = Math.max(...names.map((name) => name.length));
  for (const name of names) {
    const share = (summary.percentages[name] ?? 0).toFixed(1).padStart(5);
    const others = (summary.otherPercentages[name] ?? 0).toFixed(1).padStart(5);
    printLine(`${name.padEnd(width)}  ${share} %   NON-${name.toUpperCase()} ${others} %`);
  }
  const { expected } = summary;
  if (expected !== undefined) printLine(`accuracy (expected ${expected.label}): ${expected.accuracy.toFixed(2)}`);
}
