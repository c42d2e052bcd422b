import { Command } from 'commander';
import { addDatasetOptions, DATASET_ARGUMENT, datasetOptions, type DatasetFlags } from '../dataset-options.js';
import { sharedOptions } from '../shared-options.js';

interface EvaluateFlags extends DatasetFlags {
  readonly weights?: string;
  readonly engine: string;
  readonly csv?: string;
  readonly json?: boolean;
}

/** `graft evaluate` */
export function evaluateCommand(): Command {
  const command = new Command('evaluate')
    .description('Test a saved model on a data set.')
    .argument('<model>', 'folder of a saved model')
    .argument('<dataset>', DATASET_ARGUMENT)
    .addOption(sharedOptions.modelWeights())
    .addOption(sharedOptions.engine())
    .option('--csv <file>', 'write each prediction to a CSV file')
    .addOption(sharedOptions.json());
  return addDatasetOptions(command).action(async (folder: string, location: string, flags: EvaluateFlags) => {
    const { openDataset } = await import('../../datasets/open-dataset.js');
    const { writePredictionsCsv } = await import('../../jobs/write-predictions-csv.js');
    const { evaluationDocument, noteSkipped, printEvaluation, printJson } = await import('../print-result.js');
    const { runWithModel } = await import('../run-with-model.js');
    const dataset = await openDataset(location, datasetOptions(flags));
    await runWithModel(folder, flags, async ({ model, options, printer }) => {
      const evaluation = await model.evaluate(dataset, options);
      const { classNames, predictions } = evaluation;
      const skipped = [...(dataset.skipped ?? []), ...evaluation.skipped];
      noteSkipped(skipped, printer.note);
      if (flags.csv !== undefined) await writePredictionsCsv(flags.csv, { classNames, predictions });
      if (flags.json === true) printJson({ classNames, ...evaluationDocument(evaluation), skipped });
      else printEvaluation(evaluation);
    });
  });
}
