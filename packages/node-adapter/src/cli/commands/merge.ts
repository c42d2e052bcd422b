import { Command } from 'commander';
import { sharedOptions } from '../shared-options.js';

interface MergeFlags {
  readonly out: string;
  readonly json?: boolean;
}

/** `graft merge` */
export function mergeCommand(): Command {
  return new Command('merge')
    .description('Put the shards of graft extract or graft predict together, as if one machine had run them all.')
    .argument('<shards...>', 'the files of all shards, in any order, each with its .shard.json beside it')
    .requiredOption(
      '--out <file>',
      'F.npy, F.safetensors or F.parquet of features; F.json, F.csv or F.parquet of predictions',
    )
    .addOption(sharedOptions.json())
    .addHelpText(
      'after',
      `
Refuses shards that are missing, there twice, damaged, or of another data set,
model, setting or version.

Example:
  graft extract photos --shard 1/2 --out 1.npy && graft extract photos --shard 2/2 --out 2.npy
  graft merge 1.npy 2.npy --out photos.npy`,
    )
    .action(async (files: string[], { out, json }: MergeFlags) => {
      const { mergeShards } = await import('../../jobs/shards/merge-shards.js');
      const { noteSkipped, printJson, printLine } = await import('../print-result.js');
      const { runInterruptibly } = await import('../run-interruptibly.js');
      await runInterruptibly(async ({ printer, signal }) => {
        const { kind, ...result } = await mergeShards(files, out, { signal });
        noteSkipped(result.skipped, printer.note);
        if (json === true) printJson(result);
        else
          printLine(
            'shape' in result ? `${out}  ${result.shape.join('×')}` : `${out}  ${result.predictions.length} ${kind}`,
          );
      });
    });
}
