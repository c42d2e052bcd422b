import { Command } from 'commander';
import { addClusterOptions, clusterRun, type ClusterFlags } from '../cluster-options.js';
import { addDatasetOptions, datasetOptions, type DatasetFlags } from '../dataset-options.js';
import { addViewOptions } from '../run-options.js';
import { sharedOptions } from '../shared-options.js';
import { examples } from '../help/examples.js';

interface PredictFlags extends DatasetFlags, ClusterFlags {
  readonly shard?: string;
  readonly out?: string;
  readonly expect?: string;
  readonly weights?: string;
  readonly engine: string;
  readonly tta?: number;
  readonly augment?: string;
  readonly seed: number;
  readonly csv?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** `graft predict` */
export function predictCommand(): Command {
  const command = new Command('predict')
    .description('Classify images with a saved model.')
    .argument('<model>', 'folder of a saved model')
    .argument('<inputs...>', 'images, folders of images, patterns, and CSV, TSV or JSON files of rows')
    .option('--expect <label>', 'the class that all of them should be; prints how many are');
  return addClusterOptions(addDatasetOptions(addViewOptions(command)))
    .addOption(sharedOptions.modelWeights())
    .addOption(sharedOptions.engine())
    .addOption(sharedOptions.shard())
    .option(
      '--out <file>',
      'write the result to a file too: F.json, F.csv or F.parquet; {i} and {n} stand for the shard',
    )
    .addOption(sharedOptions.dryRun())
    .option('--csv <file>', 'write each prediction to a CSV file')
    .addOption(sharedOptions.json())
    .addHelpText(
      'after',
      examples(
        'graft predict models/mine new-photos --expect cat',
        "graft predict models/mine 'photos/*.jpg' --tta 8 --csv predictions.csv",
      ),
    )
    .action(async (folder: string, inputs: string[], { dryRun, ...flags }: PredictFlags) => {
      if (dryRun === true) return planAndPrint(folder, inputs, flags);
      const { predictImages } = await import('../../jobs/predict-images.js');
      const { readShard } = await import('../../jobs/shards/shard-environment.js');
      const { noteSkipped, printJson, printPredictions } = await import('../print-result.js');
      const { runWithRuntime } = await import('../run-with-runtime.js');
      await runWithRuntime(async ({ runtime, printer, signal }) => {
        const run = clusterRun(flags, { signal, onProgress: printer.listener, onNote: printer.note });
        if (run !== undefined) {
          if (flags.shard !== undefined) throw new RangeError('--cluster cuts by itself; leave out --shard');
          const { loadCluster } = await import('../cluster-module.js');
          const { predictOnCluster } = await loadCluster();
          const settings = { ...flags, shard: undefined, manifest: datasetOptions(flags) };
          const { kind: _, ...merged } = await predictOnCluster(folder, inputs, { settings, cluster: run });
          noteSkipped(merged.skipped, printer.note);
          if (flags.json === true) printJson(merged);
          else
            printPredictions(
              merged.predictions.map(({ path, ...rest }) => ({ source: path, ...rest })),
              merged,
            );
          return;
        }
        const { predictions, skipped, summary, document } = await predictImages(folder, inputs, {
          ...flags,
          manifest: datasetOptions(flags),
          shard: flags.shard === undefined ? undefined : readShard(flags.shard, process.env),
          runtime,
          signal,
          onProgress: printer.listener,
          onWarning: printer.note,
        });
        noteSkipped(skipped, printer.note);
        if (flags.json === true) {
          printJson(document);
        } else {
          printPredictions(predictions, summary);
        }
      });
    });
}

async function planAndPrint(folder: string, inputs: string[], { shard, ...flags }: PredictFlags): Promise<void> {
  const { planPrediction } = await import('../../jobs/plans/plan-saved-model.js');
  const { readShard } = await import('../../jobs/shards/shard-environment.js');
  const { runDry } = await import('../run-dry.js');
  const part = shard === undefined ? undefined : readShard(shard, process.env);
  const settings = { ...flags, manifest: datasetOptions(flags), shard: part };
  await runDry(({ runtime, signal }) => planPrediction(folder, inputs, { ...settings, runtime, signal }), flags);
}
