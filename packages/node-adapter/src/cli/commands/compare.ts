import { Command } from 'commander';
import { addDatasetOptions, DATASET_ARGUMENT } from '../dataset-options.js';
import { addRunOptions, type RunFlags } from '../run-options.js';

/** `graft compare` */
export function compareCommand(): Command {
  const command = new Command('compare')
    .description('Test two saved models on the same images: do they differ?')
    .argument('<a>', 'folder of a saved model')
    .argument('<b>', 'folder of another one, of the same classes')
    .argument('<dataset>', DATASET_ARGUMENT);
  return addDatasetOptions(addRunOptions(command, 'write what both models say of each image to a CSV file'))
    .addHelpText('after', '\nExample:\n  graft compare models/vgg16 models/vgg19 test-set --csv both.csv')
    .action(async (...[a, b, location, flags]: [string, string, string, RunFlags]) => {
      const { json, ...settings } = flags;
      const { compareSavedModels } = await import('../../jobs/compare-saved-models.js');
      const { comparisonDocument, printComparison } = await import('../print-comparison.js');
      const { noteSkipped, printJson } = await import('../print-result.js');
      const { runWithRuntime } = await import('../run-with-runtime.js');
      await runWithRuntime(async ({ runtime, printer, signal }) => {
        const context = { runtime, signal, onProgress: printer.listener, onNote: printer.note };
        const result = await compareSavedModels({ a, b }, location, { settings, context });
        noteSkipped(result.skipped, printer.note);
        if (json === true) printJson(comparisonDocument(result));
        else printComparison(result);
      });
    });
}
