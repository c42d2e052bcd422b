import { Command } from 'commander';
import { addViewOptions } from '../run-options.js';
import { sharedOptions } from '../shared-options.js';

interface PredictFlags {
  readonly expect?: string;
  readonly weights?: string;
  readonly engine: string;
  readonly tta?: number;
  readonly augment?: string;
  readonly seed: number;
  readonly csv?: string;
  readonly json?: boolean;
}

/** `graft predict` */
export function predictCommand(): Command {
  const command = new Command('predict')
    .description('Classify images with a saved model.')
    .argument('<model>', 'folder of a saved model')
    .argument('<inputs...>', 'images, and folders of images')
    .option('--expect <label>', 'the class that all of them should be; prints how many are');
  return addViewOptions(command)
    .addOption(sharedOptions.modelWeights())
    .addOption(sharedOptions.engine())
    .option('--csv <file>', 'write each prediction to a CSV file')
    .addOption(sharedOptions.json())
    .action(async (folder: string, inputs: string[], flags: PredictFlags) => {
      const { predictImages } = await import('../../jobs/predict-images.js');
      const { noteSkipped, predictionDocument, printJson, printPredictions } = await import('../print-result.js');
      const { runWithRuntime } = await import('../run-with-runtime.js');
      await runWithRuntime(async ({ runtime, printer, signal }) => {
        const { predictions, skipped, summary } = await predictImages(folder, inputs, {
          ...flags,
          runtime,
          signal,
          onProgress: printer.listener,
          onWarning: printer.note,
        });
        noteSkipped(skipped, printer.note);
        if (flags.json === true) {
          printJson({ ...summary, predictions: predictions.map(predictionDocument), skipped });
        } else {
          printPredictions(predictions, summary);
        }
      });
    });
}
