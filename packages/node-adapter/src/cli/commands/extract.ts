import { Command, Option } from 'commander';
import { addDatasetOptions, datasetOptions, type DatasetFlags } from '../dataset-options.js';
import type { ExtractSettings } from '../../jobs/extract-to-file.js';
import { sharedOptions } from '../shared-options.js';

interface ExtractFlags extends ExtractSettings, DatasetFlags {
  readonly cache: boolean;
  readonly json?: boolean;
}

/** `graft extract` */
export function extractCommand(): Command {
  const command = new Command('extract')
    .description("Write a backbone's features of every image to a file, one row an image.")
    .argument('<dataset>', 'folder of images, a CSV, TSV or JSON file of rows, or a pattern')
    .addOption(sharedOptions.backbone())
    .addOption(sharedOptions.weights())
    .addOption(sharedOptions.dialect())
    .addOption(
      new Option('--pooling <kind>', 'over height and width of the last feature map')
        .choices(['none', 'avg', 'max'])
        .default('none'),
    )
    .addOption(sharedOptions.preprocessing())
    .addOption(sharedOptions.interpolation())
    .addOption(sharedOptions.resize())
    .addOption(sharedOptions.inputSize())
    .addOption(sharedOptions.engine())
    .addOption(sharedOptions.precision())
    .addOption(sharedOptions.seed())
    .requiredOption('--out <file>', 'where features go: F.npy or F.safetensors')
    .option('--no-cache', 'neither read nor write the feature cache')
    .addOption(sharedOptions.json());
  return addDatasetOptions(command).action(async (location: string, { json, cache, ...settings }: ExtractFlags) => {
    const { extractToFile } = await import('../../jobs/extract-to-file.js');
    const { runWithRuntime } = await import('../run-with-runtime.js');
    await runWithRuntime(
      async ({ runtime, printer, signal }) => {
        const { noteSkipped, printJson, printLine } = await import('../print-result.js');
        const result = await extractToFile(
          location,
          { ...settings, manifest: datasetOptions(settings) },
          {
            runtime,
            signal,
            onProgress: printer.listener,
            onNote: printer.note,
          },
        );
        noteSkipped(result.skipped, printer.note);
        if (json === true) printJson(result);
        else printLine(`${result.file}  ${result.shape.join('×')}`);
      },
      cache ? {} : { cache: false },
    );
  });
}
