import { Command, Option } from 'commander';
import { parseCount, parsePositive, parseShare, parseViews } from '../option-parsers.js';
import { sharedOptions } from '../shared-options.js';
import type { TrainSettings } from '../../jobs/train-folder.js';

interface TrainFlags extends TrainSettings {
  readonly json?: boolean;
}

/** `graft train` */
export function trainCommand(): Command {
  return new Command('train')
    .description('Train a classifier on a folder of images (one sub-folder a class), and test it.')
    .argument('<dataset>', 'folder with one sub-folder for each class')
    .addOption(sharedOptions.backbone())
    .addOption(sharedOptions.weights())
    .addOption(new Option('--head <name>', 'classifier on top of the backbone').choices(['default', 'notebook']))
    .option('--epochs <number>', 'passes over the training images', parseCount)
    .option('--batch-size <number>', 'images for each training step', parseCount)
    .option('--learning-rate <number>', "Adam's learning rate", parsePositive)
    .option('--test-size <share>', 'share of the images kept for the test', parseShare)
    .option('--validation-size <share>', 'share of the images that picks the best epoch; none by default', parseShare)
    .option('--augment <list>', 'random changes to training images, e.g. rotation=15,flip=horizontal')
    .option('--views <number|epoch>', 'augmented views cached for each image, or a fresh one each epoch', parseViews)
    .addOption(sharedOptions.preprocessing())
    .addOption(sharedOptions.interpolation())
    .addOption(sharedOptions.inputSize())
    .addOption(new Option('--preset <name>', 'settings that belong together').choices(['notebook']))
    .addOption(sharedOptions.engine())
    .addOption(sharedOptions.seed())
    .option('--out <folder>', 'where the trained model is saved')
    .addOption(sharedOptions.json())
    .addHelpText(
      'after',
      '\nExample:\n  graft train dataset --backbone vgg19 --augment rotation=15 --seed 42 --out models/mine',
    )
    .action(async (dataset: string, { json, ...settings }: TrainFlags) => {
      const { trainFolder } = await import('../../jobs/train-folder.js');
      const { runWithRuntime } = await import('../run-with-runtime.js');
      await runWithRuntime(async ({ runtime, printer, signal }) => {
        const { evaluationDocument, noteSkipped, printEvaluation, printJson } = await import('../print-result.js');
        const result = await trainFolder(dataset, settings, {
          runtime,
          signal,
          onProgress: printer.listener,
          onNote: printer.note,
        });
        noteSkipped(result.skipped, printer.note);
        if (json === true) {
          const { test, ...document } = result;
          printJson({ ...document, test: evaluationDocument(test) });
        } else {
          printEvaluation(result.test);
        }
        if (settings.out !== undefined) printer.note(`saved to ${settings.out}`);
      });
    });
}
