import { Command } from 'commander';
import { sharedOptions } from '../shared-options.js';

/** `graft backbones` */
export function backbonesCommand(): Command {
  return new Command('backbones')
    .description('List the pretrained networks that graft knows.')
    .addOption(sharedOptions.json())
    .action(async ({ json }: { readonly json?: boolean }) => {
      const { printJson, printLine } = await import('../print-result.js');
      const { listBackbones } = await import('@graft-ml/core');
      const rows = listBackbones().map(({ name, inputSize, preprocessing, blocks }) => ({
        name,
        inputSize,
        preprocessing,
        blocks: blocks.map((block) => block.name),
      }));
      if (json === true) return printJson(rows);
      for (const row of rows) {
        printLine(
          `${row.name.padEnd(20)} ${row.inputSize.join('×').padEnd(9)} ${row.preprocessing.padEnd(6)} ${row.blocks.join(' ')}`,
        );
      }
    });
}
