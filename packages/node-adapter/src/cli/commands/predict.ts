import { Command } from 'commander';
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
      const { noteSkipped, predictionDocument, printJson, printPredictions } = await import('../print-result.js');
      const { listImages } = await import('../../datasets/list-images.js');
      const { writePredictionsCsv } = await import('../../jobs/write-predictions-csv.js');
      const { runWithRuntime } = await import('../run-with-runtime.js');
      await runWithRuntime(async ({ runtime, printer, signal }) => {
        const images = await listImages(inputs);
        const model = await loadTransferModel(folder, {
          runtime,
          weights: flags.weights,
          engine: flags.engine,
          signal,
          onProgress: printer.listener,
          onWarning: printer.note,
        });
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
            printPredictions(predictions, summary);
          }
        } finally {
          await model.dispose();
        }
      });
    });
}
