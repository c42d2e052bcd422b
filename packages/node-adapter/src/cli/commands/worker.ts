import { Command } from 'commander';
import { examples } from '../help/examples.js';
import { parseCount, parsePositive } from '../option-parsers.js';
import { sharedOptions } from '../shared-options.js';

interface WorkerFlags {
  readonly redis: string;
  readonly storage: string;
  readonly dataRoot?: string;
  readonly concurrency: number;
  readonly threads?: number;
  readonly lockSeconds: number;
  readonly idleSeconds?: number;
  readonly json?: boolean;
}

/** `graft worker` */
export function workerCommand(): Command {
  return new Command('worker')
    .description('Work off the jobs of graft extract, predict and train --cluster, until it is stopped.')
    .requiredOption('--redis <url>', 'redis://[[user]:password@]host:6379, rediss:// for TLS; Valkey too')
    .requiredOption('--storage <place>', 'where results go: a folder that all machines have, or s3://bucket/prefix')
    .option(
      '--data-root <folder>',
      'the folder that holds the data here; no job reaches anything else (default: the current one)',
    )
    .option('--concurrency <n>', 'jobs at the same time', parseCount, 1)
    .option('--threads <n>', 'cores that this worker takes (default: all that it gets)', parseCount)
    .option('--lock-seconds <n>', 'without a sign of life for so long, another worker takes over', parsePositive, 60)
    .option('--idle-seconds <n>', 'end once nothing has waited for so long (default: never)', parsePositive)
    .addOption(sharedOptions.json())
    .addHelpText(
      'after',
      examples('graft worker --redis redis://queue:6379 --storage /mnt/shared --data-root /mnt/data'),
    )
    .action(async ({ threads, json, ...options }: WorkerFlags) => {
      if (threads !== undefined) process.env['GRAFT_THREADS'] = String(threads);
      const { loadCluster } = await import('../cluster-module.js');
      const { runInterruptibly } = await import('../run-interruptibly.js');
      const { runWorker } = await loadCluster();
      await runInterruptibly(async ({ printer, signal }) => {
        const { done, failed } = await runWorker({ ...options, signal, onNote: printer.note });
        printer.note(`stopped after ${done} ${done === 1 ? 'job' : 'jobs'}, ${failed} failed`);
        if (json !== true) return;
        const { printJson } = await import('../print-result.js');
        printJson({ done, failed });
      });
    });
}
