// Reports on another system's predictions: npm start -- predictions.jsonl
//
// Each line of the file is one sample: {"yTrue": "cat", "scores": {"cat": 0.8, "dog": 0.2}}
import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import {
  accuracyScore,
  bootstrapInterval,
  classificationReport,
  confusionMatrix,
  expectedCalibrationError,
  formatConfusionMatrix,
  rocAucScore,
} from '@graft-ml/metrics';

interface Sample {
  readonly yTrue: string;
  readonly scores: Readonly<Record<string, number>>;
}

/** The text that is printed for the lines of a file. */
export function describePredictions(lines: string): string {
  const samples = lines
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as Sample);
  const labels = Object.keys(samples[0]?.scores ?? {}).sort();
  const yTrue = samples.map((sample) => sample.yTrue);
  const yScore = samples.map(({ scores }) => labels.map((label) => scores[label] ?? Number.NaN));
  const yPred = yScore.map((row) => labels[row.indexOf(Math.max(...row))] ?? '');

  const accuracy = bootstrapInterval(accuracyScore, [yTrue, yPred], { seed: 42 });
  const auc = rocAucScore(yTrue, yScore, { labels, multiClass: 'ovr' });
  const confidences = yScore.map((row) => Math.max(...row));
  const isRight = yTrue.map((label, index) => Number(label === yPred[index]));
  const calibrationError = expectedCalibrationError(isRight, confidences);
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

  return [
    String(classificationReport(yTrue, yPred)),
    formatConfusionMatrix(confusionMatrix(yTrue, yPred, { labels }), { header: 'Predictions' }),
    '',
    `accuracy ${percent(accuracy.estimate)}, 95 % interval ${percent(accuracy.lower)} to ${percent(accuracy.upper)}`,
    `area under the ROC curve, one class against the rest: ${auc.toFixed(3)}`,
    `expected calibration error: ${calibrationError.toFixed(3)}`,
  ].join('\n');
}

const [file] = process.argv.slice(2);
if (process.argv[1] !== undefined && pathToFileURL(process.argv[1]).href === import.meta.url) {
  if (file === undefined) throw new Error('usage: npm start -- predictions.jsonl');
  console.log(describePredictions(await readFile(file, 'utf8')));
}
