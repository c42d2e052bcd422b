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
      const { loadImageFolder } = await import('../../datasets/load-image-folder.js');
      const { writePredictionsCsv } = await import('../../jobs/write-predictions-csv.js');
      const { evaluationDocument, noteSkipped, printEvaluation, printJson } = await import('../print-result.js');
      const { runWithModel } = await import('../run-with-model.js');
      const dataset = await loadImageFolder(datasetFolder);
      await runWithModel(folder, flags, async ({ model, options, printer }) => {
        const evaluation = await model.evaluate(dataset, options);
        const { classNames, predictions, skipped } = evaluation;
        noteSkipped(skipped, printer.note);
        if (flags.csv !== undefined) await writePredictionsCsv(flags.csv, { classNames, predictions });
        if (flags.json === true) printJson({ classNames, ...evaluationDocument(evaluation), skipped });
        else printEvaluation(evaluation);
      });
    });
}
