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
      const { summarizePredictions } = await import('@graft-ml/core');
      const { listImages } = await import('../../datasets/list-images.js');
      const { writePredictionsCsv } = await import('../../jobs/write-predictions-csv.js');
      const { noteSkipped, predictionDocument, printJson, printPredictions } = await import('../print-result.js');
      const { runWithModel } = await import('../run-with-model.js');
      const images = await listImages(inputs);
      await runWithModel(folder, flags, async ({ model, options, printer }) => {
        const { classNames } = model.built;
        // Checked before the work: a label that the model does not know would be found out only at its end.
        summarizePredictions([], { classNames, expected: flags.expect });
        const quiet = { ...options, onProgress: undefined };
        const { predictions, skipped } = await model.predict(images, images.length > 1 ? options : quiet);
        noteSkipped(skipped, printer.note);
        if (flags.csv !== undefined) await writePredictionsCsv(flags.csv, { classNames, predictions });
        const summary = summarizePredictions(predictions, { classNames, expected: flags.expect });
        if (flags.json === true) {
          printJson({ ...summary, predictions: predictions.map(predictionDocument), skipped });
        } else {
          printPredictions(predictions, summary);
        }
      });
    });
}
