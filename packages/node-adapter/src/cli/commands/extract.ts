import { Command, Option } from 'commander';
import type { ExtractSettings } from '../../jobs/extract-to-file.js';
import { sharedOptions } from '../shared-options.js';

interface ExtractFlags extends ExtractSettings {
  readonly cache: boolean;
  readonly json?: boolean;
}

/** `graft extract` */
export function extractCommand(): Command {
  return new Command('extract')
    .description("Write a backbone's features of every image to a file, one row an image.")
    .argument('<dataset>', 'folder of images')
    .addOption(sharedOptions.backbone())
    .addOption(sharedOptions.weights())
    .addOption(
      new Option('--pooling <kind>', 'over height and width of the last feature map')
        .choices(['none', 'avg', 'max'])
        .default('none'),
    )
    .addOption(sharedOptions.preprocessing())
    .addOption(sharedOptions.interpolation())
    .addOption(sharedOptions.inputSize())
    .addOption(sharedOptions.engine())
    .addOption(sharedOptions.seed())
    .requiredOption('--out <file>', 'where features go: F.npy or F.safetensors')
    .option('--no-cache', 'neither read nor write the feature cache')
    .addOption(sharedOptions.json())
    .action(async (folder: string, { json, cache, ...settings }: ExtractFlags) => {
      const { extractToFile } = await import('../../jobs/extract-to-file.js');
      const { runWithRuntime } = await import('../run-with-runtime.js');
      await runWithRuntime(
        async ({ runtime, printer, signal }) => {
          const { noteSkipped, printJson, printLine } = await import('../print-result.js');
          const result = await extractToFile(folder, settings, {
            runtime,
            signal,
            onProgress: printer.listener,
            onNote: printer.note,
          });
          noteSkipped(result.skipped, printer.note);
          if (json === true) printJson(result);
          else printLine(`${result.file}  ${result.shape.join('×')}`);
        },
        cache ? {} : { cache: false },
      );
    });
}
