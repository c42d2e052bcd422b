import { Command, Option } from 'commander';
import { addClusterOptions, clusterRun, type ClusterFlags } from '../cluster-options.js';
import { addDatasetOptions, addSplitOptions, DATASET_ARGUMENT } from '../dataset-options.js';
import { collectText, parseCount, parseFolds, parsePositive, parseShare, parseViews } from '../option-parsers.js';
import { DEFAULT_BACKBONE, sharedOptions } from '../shared-options.js';
import type { TrainSettings } from '../../jobs/train-folder.js';

interface TrainFlags extends Omit<TrainSettings, 'backbone'>, ClusterFlags {
  readonly backbone?: string;
  readonly folds?: number;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** `graft train` */
export function trainCommand(): Command {
  const command = new Command('train')
    .description('Train a classifier on a data set, such as a folder of images with a sub-folder a class, and test it.')
    .argument('<dataset>', DATASET_ARGUMENT)
    .option(
      '--backbone <names>',
      'pretrained network, or several to compare: vgg16,vgg19; see graft backbones (default: ' + `${DEFAULT_BACKBONE})`,
    )
    .addOption(sharedOptions.weights())
    .addOption(sharedOptions.dialect())
    .option('--head <name>', 'default, notebook, linear, mlp or prototype; with settings as linear:c=auto')
    .option('--folds <number>', 'cross-validate on so many folds instead of one split; no model is kept', parseFolds)
    .option('--epochs <number>', 'passes over the training images', parseCount)
    .option('--batch-size <number>', 'images for each training step', parseCount)
    .option('--learning-rate <number>', "Adam's learning rate", parsePositive)
    .option('--test-size <share>', 'share of the images kept for the test', parseShare)
    .option('--validation-size <share>', 'share of the images that picks the best epoch; none by default', parseShare)
    .option('--split <file>', 'a split that graft split --out wrote');
  addSplitOptions(command);
  addDatasetOptions(command);
  addClusterOptions(command);
  return command
    .option('--augment <list>', 'random changes to training images, e.g. rotation=15,flip=horizontal')
    .option('--views <number|epoch>', 'augmented views cached for each image, or a fresh one each epoch', parseViews)
    .addOption(sharedOptions.preprocessing())
    .addOption(sharedOptions.interpolation())
    .addOption(sharedOptions.resize())
    .addOption(sharedOptions.inputSize())
    .addOption(new Option('--preset <name>', 'settings that belong together').choices(['notebook']))
    .addOption(sharedOptions.engine())
    .addOption(sharedOptions.precision())
    .addOption(sharedOptions.seed())
    .option('--fine-tune <layer>', 'then also train the backbone from this block or layer on, e.g. block5')
    .option('--fine-tune-epochs <number>', 'passes over the training images for that (default: 10)', parseCount)
    .option('--fine-tune-learning-rate <number>', 'learning rate for that (default: 0.00001)', parsePositive)
    .option('--temperature-scaling', 'then fit the temperature of the scores on the validation images')
    .option(
      '--thresholds <criterion>',
      'then choose thresholds on them: youden, f1, sensitivity=0.95 or specificity=0.95',
    )
    .option('--threshold-class <name>', 'the class to choose a threshold for; may be given again', collectText)
    .option('--out <folder>', 'where the trained model is saved')
    .option('--embed-base', "put the backbone's weights into the saved model, which then needs nothing else")
    .option('--resume', 'go on with a run to the same --out that was cut off, or start where there is none')
    .option('--no-report', 'save the model without report.html and its model card')
    .addOption(sharedOptions.medical())
    .addOption(sharedOptions.notMedical())
    .addOption(sharedOptions.dryRun())
    .addOption(sharedOptions.json())
    .addHelpText(
      'after',
      '\nExample:\n  graft train dataset --backbone vgg19 --augment rotation=15 --seed 42 --out models/mine',
    )
    .action(async (dataset: string, { json, folds, backbone, dryRun, ...given }: TrainFlags) => {
      if (dryRun === true) {
        const settings = { ...given, backbone: backbone ?? (await usualBackbone(given.preset)), folds };
        const { planTrainings } = await import('../../jobs/plans/plan-training.js');
        const { runDry } = await import('../run-dry.js');
        return runDry(
          ({ runtime, printer, signal }) =>
            planTrainings(dataset, settings, { runtime, signal, onProgress: printer.listener, onNote: printer.note }),
          { json },
        );
      }
      const { runWithRuntime } = await import('../run-with-runtime.js');
      await runWithRuntime(async ({ runtime, printer, signal }) => {
        const { evaluationDocument, noteSkipped, printEvaluation, printJson } = await import('../print-result.js');
        const { goOnFromCache } = await import('../go-on-from-cache.js');
        const context = { runtime, signal, onProgress: printer.listener, onNote: printer.note };
        const cluster = clusterRun(given, context);
        const settings = { ...given, backbone: backbone ?? (await usualBackbone(given.preset)) };
        const backbones = settings.backbone.split(',').map((name) => name.trim());
        if (folds !== undefined || backbones.length > 1) {
          const { crossValidateAndPrint, compareAndPrint } = await import('../print-search.js');
          const search = () =>
            folds === undefined
              ? compareAndPrint(dataset, { ...settings, backbones, json }, { ...context, cluster })
              : crossValidateAndPrint(dataset, { ...settings, folds, json }, { ...context, cluster });
          return goOnFromCache(cluster === undefined, search);
        }
        const { trainFolder } = await import('../../jobs/train-folder.js');
        const told = { ...context, commandLine: process.argv.slice(2), clock: () => new Date() };
        const { loadCluster } = await import('../cluster-module.js');
        const result =
          cluster === undefined
            ? await goOnFromCache(true, () => trainFolder(dataset, settings, told))
            : await (await loadCluster()).trainOnCluster(dataset, settings, cluster);
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

/** A preset may know better what it was made for. */
async function usualBackbone(preset: string | undefined): Promise<string> {
  if (preset === undefined) return DEFAULT_BACKBONE;
  const { getPreset } = await import('@graft-ml/core');
  return getPreset(preset).backbone;
}
