import { Command } from 'commander';
import { parseShare } from '../option-parsers.js';
import { sharedOptions } from '../shared-options.js';

interface SplitFlags {
  readonly testSize?: number;
  readonly validationSize?: number;
  readonly seed: number;
  readonly json?: boolean;
}

/** `graft split` */
export function splitCommand(): Command {
  return new Command('split')
    .description("Show how a folder of images is split, as scikit-learn's stratified train_test_split does it.")
    .argument('<dataset>', 'folder with one sub-folder for each class')
    .option('--test-size <share>', 'share of the images kept for the test', parseShare, 0.2)
    .option('--validation-size <share>', 'share of the images kept for validation; none by default', parseShare)
    .addOption(sharedOptions.seed())
    .addOption(sharedOptions.json())
    .action(async (folder: string, { testSize, validationSize, seed, json }: SplitFlags) => {
      const { printJson, printLine } = await import('../print-result.js');
      const { describeImage, splitDataset } = await import('@graft-ml/core');
      const { loadImageFolder } = await import('../../datasets/load-image-folder.js');
      const parts = splitDataset(await loadImageFolder(folder), { testSize, validationSize, seed });
      const paths = (part: typeof parts.validation) =>
        part?.samples.map((sample) => describeImage(sample.source)) ?? [];
      const document = { train: paths(parts.train), validation: paths(parts.validation), test: paths(parts.test) };
      if (json === true) printJson(document);
      else for (const [part, list] of Object.entries(document)) for (const path of list) printLine(`${part}\t${path}`);
    });
}
