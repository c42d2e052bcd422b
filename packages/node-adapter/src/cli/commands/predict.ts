import type { PredictionSummary } from '@graft-ml/core';
import { Command } from 'commander';
import { noteSkipped, predictionDocument, printJson, printLine } from '../print-result.js';
import { sharedOptions } from '../shared-options.js';

interface PredictFlags {
  readonly expect?: string;
  readonly weights?: string;
  readonly engine: string;
  readonly csv?: string;
  readonly json?: boolean;
}

/** `graft predict` */
export function predictCommand(): Command {
  return new Command('predict')
    .description('Classify images with a saved model.')
    .argument('<model>', 'folder of a saved model')
    .argument('<inputs...>', 'images, and folders of images')
    .option('--expect <label>', 'the class that all of them should be; prints how many are')
    .addOption(sharedOptions.modelWeights())
    .addOption(sharedOptions.engine())
    .option('--csv <file>', 'write each prediction to a CSV file')
    .addOption(sharedOptions.json())
    .action(async (folder: string, inputs: string[], flags: PredictFlags) => {
      const { loadTransferModel, summarizePredictions } = await import('@graft-ml/core');
      const { listImages } = await import('../../datasets/list-images.js');
      const { writePredictionsCsv } = await import('../../jobs/write-predictions-csv.js');
      const { runWithRuntime } = await import('../run-with-runtime.js');
      await runWithRuntime(async ({ runtime, printer, signal }) => {
        const images = await listImages(inputs);
        const model = await loadTransferModel(folder, { runtime, weights: flags.weights, engine: flags.engine });
        try {
          const { classNames } = model.built;
          // Checked before the work: a label that the model does not know would be found out only at its end.
          summarizePredictions([], { classNames, expected: flags.expect });
          const { predictions, skipped } = await model.predict(images, {
            signal,
            onProgress: images.length > 1 ? printer.listener : undefined,
            onWarning: printer.note,
          });
          noteSkipped(skipped, printer.note);
          if (flags.csv !== undefined) await writePredictionsCsv(flags.csv, { classNames, predictions });
          const summary = summarizePredictions(predictions, { classNames, expected: flags.expect });
          if (flags.json === true) {
            printJson({ ...summary, predictions: predictions.map(predictionDocument), skipped });
          } else {
            for (const { path, label, score } of predictions.map(lineOf)) printLine(`${path}  ${label}  ${score}`);
            printSummary(summary, predictions.length);
          }
        } finally {
          await model.dispose();
        }
      });
    });
}

function lineOf(prediction: Parameters<typeof predictionDocument>[0]): { path: string; label: string; score: string } {
  const { label, scores, source } = prediction;
  return { path: String(source), label, score: (scores[label] ?? 0).toFixed(3) };
}

function printSummary(summary: PredictionSummary, total: number): void {
  printLine();
  printLine(`${total} ${total === 1 ? 'image' : 'images'}`);
  const names = Object.keys(summary.counts);
  const width = Math.max(...names.map((name) => name.length));
  for (const name of names) {
    const share = (summary.percentages[name] ?? 0).toFixed(1).padStart(5);
    const other = (summary.otherPercentages[name] ?? 0).toFixed(1).padStart(5);
    printLine(`${name.padEnd(width)}  ${share} %   NON-${name.toUpperCase()} ${other} %`);
  }
  const { expected } = summary;
  if (expected !== undefined) printLine(`accuracy (expected ${expected.label}): ${expected.accuracy.toFixed(2)}`);
}
