import { Command } from 'commander';
import { parseCount } from '../option-parsers.js';
import { sharedOptions } from '../shared-options.js';
import { examples } from '../help/examples.js';

interface ShardFlags {
  readonly count: number;
  readonly out: string;
  readonly column?: string;
  readonly root?: string;
  readonly json?: boolean;
}

/** `graft shard` */
export function shardCommand(): Command {
  return new Command('shard')
    .description('Cut a file of rows into shards by the id of each row, as --shard of other commands does.')
    .argument('<manifest>', 'CSV or TSV file of rows')
    .requiredOption('--count <n>', 'how many shards', parseCount)
    .requiredOption('--out <folder>', 'where shard-<i>-of-<n>.csv go')
    .option('--column <name>', 'the column that holds the paths (default: path)')
    .option('--root <folder>', "what paths are relative to (default: the manifest's folder)")
    .addOption(sharedOptions.json())
    .addHelpText('after', examples('graft shard rows.csv --count 4 --out shards'))
    .action(async (manifest: string, { json, ...options }: ShardFlags) => {
      const { shardManifest } = await import('../../datasets/manifest/shard-manifest.js');
      const { printJson, printLine } = await import('../print-result.js');
      const { runInterruptibly } = await import('../run-interruptibly.js');
      await runInterruptibly(async ({ signal }) => {
        const result = await shardManifest(manifest, { ...options, signal });
        if (json === true) printJson(result);
        else for (const { file, rows } of result.shards) printLine(`${file}  ${rows} rows`);
      });
    });
}
