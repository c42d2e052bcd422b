import { Command } from 'commander';
import type { DataSettings } from '../../datasets/open-training-data.js';
import { addDatasetOptions, addSplitOptions, DATASET_ARGUMENT } from '../dataset-options.js';
import { parseShare } from '../option-parsers.js';
import { sharedOptions } from '../shared-options.js';
import { examples } from '../help/examples.js';
import { visibleText } from '../../visible-text.js';

interface SplitFlags extends Omit<DataSettings, 'split'> {
  readonly out?: string;
  readonly json?: boolean;
}

/** `graft split` */
export function splitCommand(): Command {
  const command = new Command('split')
    .description("Show how a data set is split, as scikit-learn's stratified train_test_split does it.")
    .argument('<dataset>', DATASET_ARGUMENT)
    .option('--test-size <share>', 'share of the images kept for the test', parseShare, 0.2)
    .option('--validation-size <share>', 'share of the images kept for validation; none by default', parseShare);
  addSplitOptions(command);
  addDatasetOptions(command);
  return command
    .addOption(sharedOptions.seed())
    .option('--out <file>', 'write the split as CSV, for graft train --split')
    .addOption(sharedOptions.json())
    .addHelpText(
      'after',
      examples("graft split photos --validation-size 0.1 --group-by '/(patient-\\d+)/' --out split.csv"),
    )
    .action(async (location: string, { json, out, ...settings }: SplitFlags) => {
      const { noteSkipped, printJson, printLine } = await import('../print-result.js');
      const { describeImage, splitToCsv } = await import('@graft-ml/core');
      const { openTrainingData } = await import('../../datasets/open-training-data.js');
      const { warnOfLeaks } = await import('../../datasets/near-duplicates/warn-of-leaks.js');
      const { writeFileAtomically } = await import('../../artifacts/write-file-atomically.js');
      const { sharpImageSource } = await import('../../images/sharp-image-source.js');
      const { runInterruptibly } = await import('../run-interruptibly.js');
      await runInterruptibly(async ({ printer, signal }) => {
        const context = { images: sharpImageSource(), signal, onProgress: printer.listener, onNote: printer.note };
        const { dataset, split } = await openTrainingData(location, settings, context);
        const { skipped = [] } = dataset;
        noteSkipped(skipped, printer.note);
        await warnOfLeaks(split, { images: context.images, signal, onWarning: printer.note });
        if (out !== undefined) {
          await writeFileAtomically(out, new TextEncoder().encode(splitToCsv(split)));
          printer.note(`saved to ${out}`);
        }
        const paths = (part: typeof split.validation) =>
          part?.samples.map((sample) => describeImage(sample.source)) ?? [];
        const document = { train: paths(split.train), validation: paths(split.validation), test: paths(split.test) };
        if (json === true) printJson({ ...document, skipped });
        else
          for (const [part, list] of Object.entries(document))
            for (const path of list) printLine(`${part}\t${visibleText(path)}`);
      });
    });
}
