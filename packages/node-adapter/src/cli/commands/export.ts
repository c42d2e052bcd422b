import { Command, Option } from 'commander';
import type { Precision } from '@graft-ml/core';
import { defaultExportPlace, exportFormats, type ExportFormat } from '../../export/export-format.js';
import { sharedOptions } from '../shared-options.js';

interface ExportFlags {
  readonly format: ExportFormat;
  readonly out?: string;
  readonly precision?: Precision;
  readonly calibrationImages?: string;
  readonly pooling?: 'none' | 'avg' | 'max';
  readonly weights?: string;
  readonly engine: string;
  readonly json?: boolean;
}

/** `graft export` */
export function exportCommand(): Command {
  return new Command('export')
    .description('Write a saved model for TensorFlow.js, Keras or ONNX: raw RGB pixels in, class scores out.')
    .argument('<model>', 'folder of a saved model')
    .addOption(
      new Option('--format <name>', 'what to write; keras is .keras, or .h5 where --out ends so; embeddings is ONNX')
        .choices(exportFormats)
        .makeOptionMandatory(),
    )
    .option('--out <path>', 'the file, or the folder for tfjs (default: beside the model, with its name)')
    .addOption(
      new Option('--precision <fp32|int8>', 'of onnx and embeddings (default: what the model runs in)').choices([
        'fp32',
        'int8',
      ]),
    )
    .option('--calibration-images <folder>', 'training images, for int8 of a model that was trained in fp32')
    .addOption(
      new Option(
        '--pooling <kind>',
        'embeddings: over height and width of the last feature map (default: avg)',
      ).choices(['none', 'avg', 'max']),
    )
    .addOption(sharedOptions.modelWeights())
    .addOption(sharedOptions.engine())
    .addOption(sharedOptions.json())
    .addHelpText(
      'after',
      `
Examples:
  graft export models/mine --format onnx
  graft export models/mine --format onnx --precision int8 --calibration-images photos --out mine-int8.onnx
  graft export models/mine --format keras --out mine.h5
  graft export models/mine --format tfjs --out public/mine`,
    )
    .action(async (folder: string, flags: ExportFlags) => {
      const { exportModel } = await import('../../export/export-model.js');
      const { printExport } = await import('../print-export.js');
      const { printJson } = await import('../print-result.js');
      const { runWithModel } = await import('../run-with-model.js');
      const { format, precision, pooling } = flags;
      const calibrationImages = flags.calibrationImages && (await imagesOf(flags.calibrationImages));
      await runWithModel(folder, flags, async ({ model, options }) => {
        const result = await exportModel(model, {
          ...options,
          format,
          out: flags.out ?? defaultExportPlace(folder, format),
          precision,
          pooling,
          calibrationImages: calibrationImages || undefined,
        });
        if (flags.json === true) printJson(result);
        else printExport(result);
      });
    });
}

async function imagesOf(folder: string): Promise<readonly string[]> {
  const { listImages } = await import('../../datasets/list-images.js');
  return listImages([folder]);
}
