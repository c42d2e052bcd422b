import { Command, Option } from 'commander';
import { addClusterOptions, clusterRun, type ClusterFlags } from '../cluster-options.js';
import { addDatasetOptions, datasetOptions, type DatasetFlags } from '../dataset-options.js';
import type { ExtractSettings } from '../../jobs/extract-to-file.js';
import { sharedOptions } from '../shared-options.js';
import { examples } from '../help/examples.js';

interface ExtractFlags extends Omit<ExtractSettings, 'shard'>, DatasetFlags, ClusterFlags {
  readonly shard?: string;
  readonly cache: boolean;
  readonly dryRun?: boolean;
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
    .addOption(sharedOptions.shard())
    .requiredOption(
      '--out <file>',
      'where features go: F.npy, F.safetensors or F.parquet; {i} and {n} stand for the shard: F-{i}.npy',
    )
    .option('--no-cache', 'neither read nor write the feature cache')
    .addOption(sharedOptions.dryRun())
    .addOption(sharedOptions.json());
  return addClusterOptions(addDatasetOptions(command))
    .addHelpText('after', examples('graft extract photos --backbone resnet50 --pooling avg --out photos.npy'))
    .action(async (location: string, { json, cache, shard, dryRun, ...settings }: ExtractFlags) => {
      if (dryRun === true) return planAndPrint(location, { ...settings, json, cache, shard });
      const { readShard } = await import('../../jobs/shards/shard-environment.js');
      const { extractToFile } = await import('../../jobs/extract-to-file.js');
      const { loadCluster } = await import('../cluster-module.js');
      const { runWithRuntime } = await import('../run-with-runtime.js');
      await runWithRuntime(
        async ({ runtime, printer, signal }) => {
          const { noteSkipped, printJson, printLine } = await import('../print-result.js');
          const { goOnFromCache } = await import('../go-on-from-cache.js');
          const context = { signal, onProgress: printer.listener, onNote: printer.note };
          const run = clusterRun(settings, context);
          if (run !== undefined && shard !== undefined) {
            throw new RangeError('--cluster cuts by itself; leave out --shard');
          }
          const job = { ...settings, manifest: datasetOptions(settings) };
          const result =
            run === undefined
              ? await goOnFromCache(cache, () =>
                  extractToFile(
                    location,
                    { ...job, shard: shard === undefined ? undefined : readShard(shard, process.env) },
                    { runtime, ...context },
                  ),
                )
              : await (await loadCluster()).extractOnCluster(location, job, run);
          noteSkipped(result.skipped, printer.note);
          if (json === true) printJson(result);
          else printLine(`${result.file}  ${result.shape.join('×')}`);
        },
        cache ? {} : { cache: false },
      );
    });
}

async function planAndPrint(
  location: string,
  {
    shard,
    json,
    cache,
    ...settings
  }: Omit<ExtractFlags, 'shard' | 'json'> & { readonly shard: string | undefined; readonly json: boolean | undefined },
): Promise<void> {
  const { planExtraction } = await import('../../jobs/plans/plan-extraction.js');
  const { readShard } = await import('../../jobs/shards/shard-environment.js');
  const { runDry } = await import('../run-dry.js');
  const part = shard === undefined ? undefined : readShard(shard, process.env);
  const job = { ...settings, manifest: datasetOptions(settings), shard: part };
  await runDry(({ runtime, signal }) => planExtraction(location, job, { runtime, signal }), { json, cache });
}
