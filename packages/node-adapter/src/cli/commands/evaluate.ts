import { Command } from 'commander';
import { sharedOptions } from '../shared-options.js';

interface EvaluateFlags {
  readonly weights?: string;
  readonly engine: string;
  readonly csv?: string;
  readonly json?: boolean;
}

/** `graft evaluate` */
export function evaluateCommand(): Command {
  return new Command('evaluate')
    .description('Test a saved model on a folder of images.')
    .argument('<model>', 'folder of a saved model')
    .argument('<dataset>', 'folder with one sub-folder for each class')
    .addOption(sharedOptions.modelWeights())
    .addOption(sharedOptions.engine())
    .option('--csv <file>', 'write each prediction to a CSV file')
    .addOption(sharedOptions.json())
    .action(async (folder: string, datasetFolder: string, flags: EvaluateFlags) => {
      const { loadTransferModel } = await import('@graft-ml/core');
      const { loadImageFolder } = await import('../../datasets/load-image-folder.js');
      const { writePredictionsCsv } = await import('../../jobs/write-predictions-csv.js');
      const { runWithRuntime } = await import('../run-with-runtime.js');
      await runWithRuntime(async ({ runtime, printer, signal }) => {
        const { evaluationDocument, noteSkipped, printEvaluation, printJson } = await import('../print-result.js');
        const dataset = await loadImageFolder(datasetFolder);
        const model = await loadTransferModel(folder, {
          runtime,
          weights: flags.weights,
          engine: flags.engine,
          signal,
          onProgress: printer.listener,
          onWarning: printer.note,
        });
        try {
          const evaluation = await model.evaluate(dataset, {
            signal,
            onProgress: printer.listener,
            onWarning: printer.note,
          });
          noteSkipped(evaluation.skipped, printer.note);
          if (flags.csv !== undefined) {
            await writePredictionsCsv(flags.csv, {
              classNames: evaluation.classNames,
              predictions: evaluation.predictions,
            });
          }
          if (flags.json === true) {
            const { classNames, skipped } = evaluation;
            printJson({ classNames, ...evaluationDocument(evaluation), skipped });
          } else {
            printEvaluation(evaluation);
          }
        } finally {
          await model.dispose();
        }
      });
    });
}
