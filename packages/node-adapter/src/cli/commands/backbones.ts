import type { PublishedWeights } from '@graft-ml/core/published-weights';
import { Command } from 'commander';
import { sharedOptions } from '../shared-options.js';
import { examples } from '../help/examples.js';

/** `graft backbones` */
export function backbonesCommand(): Command {
  return new Command('backbones')
    .description('List the pretrained networks, with what is published about their ImageNet weights.')
    .addOption(sharedOptions.json())
    .addHelpText(
      'after',
      `
Parameters and download are without the classifier. Accuracy is the share of
ImageNet's validation images that the whole network classifies rightly, as Keras
publishes it; the licence is that of the weights, where Keras states one. The
last column says where the file lies: with Keras, in graft's own cache, or in a
package that is installed with it.`,
    )
    .addHelpText('after', examples('graft backbones', 'graft backbones --json'))
    .action(async ({ json }: { readonly json?: boolean }) => {
      // Data and file sizes alone: the list is there before a tensor library would be loaded.
      const { listPublishedWeights } = await import('@graft-ml/core/published-weights');
      const { findBySize, publishedFolders } = await import('../../weights/published-file-places.js');
      const folders = publishedFolders();
      const rows = await Promise.all(
        listPublishedWeights().map(async (weights) => ({
          weights,
          found: weights.file && (await findBySize(weights.file, folders)),
        })),
      );
      if (json === true) return printDocument(rows);
      process.stdout.write(table(rows.map(({ weights, found }) => cells(weights, found?.place))));
    });
}

interface Row {
  readonly weights: PublishedWeights;
  readonly found: { readonly path: string } | undefined;
}

async function printDocument(rows: readonly Row[]): Promise<void> {
  const { listBackbones } = await import('@graft-ml/core/backbones');
  const { printJson } = await import('../print-result.js');
  const published = new Map(rows.map((row) => [row.weights.name, row]));
  printJson(
    listBackbones().map(({ name, inputSize, preprocessing, blocks }) => {
      const { weights, found } = published.get(name) ?? {};
      return {
        name,
        parameters: weights?.parameters ?? null,
        inputSize,
        downloadBytes: weights?.file?.bytes ?? null,
        top1Accuracy: weights?.top1Accuracy ?? null,
        licence: weights?.licence ?? null,
        cached: found !== undefined || weights?.embeddedIn !== undefined,
        path: found?.path ?? null,
        package: weights?.embeddedIn ?? null,
        preprocessing,
        blocks: blocks.map((block) => block.name),
      };
    }),
  );
}

const headings = ['name', 'parameters', 'input', 'download', 'top-1', 'licence', 'cached'];
const numbersOfColumns = [false, true, true, true, true, false, false];

function cells(weights: PublishedWeights, place: string | undefined): string[] {
  const { name, parameters, inputSize, file, top1Accuracy, licence, embeddedIn } = weights;
  return [
    name,
    `${(parameters / 1e6).toFixed(1)} M`,
    inputSize.join('×'),
    file?.bytes === undefined ? 'none' : `${(file.bytes / 1e6).toFixed(1)} MB`,
    top1Accuracy === undefined ? '–' : `${(top1Accuracy * 100).toFixed(1)} %`,
    licence ?? 'not stated',
    place ?? (embeddedIn === undefined ? '–' : 'package'),
  ];
}

/** Columns as wide as their longest cell, numbers to the right. */
function table(rows: readonly (readonly string[])[]): string {
  const lines = [headings, ...rows];
  const widths = headings.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const pad = (cell: string, column: number) =>
    numbersOfColumns[column] === true ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0);
  return lines.map((line) => `${line.map(pad).join('  ').trimEnd()}\n`).join('');
}
