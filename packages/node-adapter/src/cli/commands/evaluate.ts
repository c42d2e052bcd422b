import { Command } from 'commander';
import { addDatasetOptions, DATASET_ARGUMENT } from '../dataset-options.js';
import type { EvaluationFileSettings } from '../../jobs/evaluation-report.js';
import { addRunOptions, type RunFlags } from '../run-options.js';
import { collectText } from '../option-parsers.js';
import { sharedOptions } from '../shared-options.js';

interface EvaluateFlags extends RunFlags, EvaluationFileSettings {
  readonly ensemble?: readonly string[];
  readonly external?: readonly string[];
  readonly dryRun?: boolean;
}

/** `graft evaluate` */
export function evaluateCommand(): Command {
  const command = new Command('evaluate')
    .description('Test a saved model on a data set.')
    .argument('<model>', 'folder of a saved model')
    .argument('<dataset>', DATASET_ARGUMENT)
    .option('--ensemble <model>', 'another saved model, whose scores are averaged in; may be given again', collectText)
    .option('--external <dataset>', 'another data set, to stand beside; may be given again', collectText)
    .option('--plots <folder>', 'write confusion matrix, curves and calibration as SVG and PNG')
    .option('--report <file>', 'write a report as one HTML file')
    .addOption(sharedOptions.dryRun())
    .addOption(sharedOptions.medical())
    .addOption(sharedOptions.notMedical());
  return addDatasetOptions(addRunOptions(command, 'write each prediction to a CSV file'))
    .addHelpText(
      'after',
      '\nExample:\n  graft evaluate models/mine dataset --tta 8 --external from-elsewhere --csv predictions.csv',
    )
    .action(async (folder: string, location: string, { json, dryRun, ...settings }: EvaluateFlags) => {
      if (dryRun === true) {
        const { planEvaluation } = await import('../../jobs/plans/plan-saved-model.js');
        const { runDry } = await import('../run-dry.js');
        return runDry(
          ({ runtime, signal }) => planEvaluation(folder, location, { settings, context: { runtime, signal } }),
          { json },
        );
      }
      const { evaluateModel } = await import('../../jobs/evaluate-model.js');
      const { evaluateDocument, printEvaluateResult } = await import('../print-evaluation.js');
      const { noteSkipped, printJson } = await import('../print-result.js');
      const { runWithRuntime } = await import('../run-with-runtime.js');
      await runWithRuntime(async ({ runtime, printer, signal }) => {
        const context = { runtime, signal, onProgress: printer.listener, onNote: printer.note };
        const told = { ...context, commandLine: process.argv.slice(2), clock: () => new Date() };
        const result = await evaluateModel(folder, location, { settings, context: told });
        for (const { skipped } of [result, ...result.external]) noteSkipped(skipped, printer.note);
        if (json === true) printJson(evaluateDocument(result));
        else printEvaluateResult(result);
      });
    });
}
