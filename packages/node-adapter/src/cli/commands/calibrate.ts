import { Command } from 'commander';
import type { CalibrateSettings } from '../../jobs/calibrate-model.js';
import { addDatasetOptions, DATASET_ARGUMENT } from '../dataset-options.js';
import { collectText } from '../option-parsers.js';
import { sharedOptions } from '../shared-options.js';

interface CalibrateFlags extends CalibrateSettings {
  readonly json?: boolean;
}

/** `graft calibrate` */
export function calibrateCommand(): Command {
  const command = new Command('calibrate')
    .description('Fit the temperature and thresholds of a saved model, on images that it was not trained on.')
    .argument('<model>', 'folder of a saved model, which is changed')
    .argument('<validation>', `${DATASET_ARGUMENT}; neither training nor test images`)
    .option('--no-temperature', 'leave the scores as they are')
    .option('--thresholds <criterion>', 'choose thresholds: youden, f1, sensitivity=0.95 or specificity=0.95')
    .option(
      '--threshold-class <name>',
      'the class to choose a threshold for, all by default (of two the second); may be given again',
      collectText,
    )
    .addOption(sharedOptions.modelWeights())
    .addOption(sharedOptions.engine())
    .addOption(sharedOptions.json());
  return addDatasetOptions(command)
    .addHelpText(
      'after',
      '\nExample:\n  graft calibrate models/mine validation --thresholds sensitivity=0.95 --threshold-class covid',
    )
    .action(async (folder: string, location: string, { json, ...settings }: CalibrateFlags) => {
      const { calibrateModel } = await import('../../jobs/calibrate-model.js');
      const { printCalibrateResult } = await import('../print-calibration.js');
      const { noteSkipped, printJson } = await import('../print-result.js');
      const { runWithRuntime } = await import('../run-with-runtime.js');
      await runWithRuntime(async ({ runtime, printer, signal }) => {
        const context = { runtime, signal, onProgress: printer.listener, onNote: printer.note };
        const result = await calibrateModel(folder, location, { settings, context });
        noteSkipped(result.skipped, printer.note);
        if (json === true) printJson(result);
        else printCalibrateResult(result);
      });
    });
}
