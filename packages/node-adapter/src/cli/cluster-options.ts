import type { Command } from 'commander';
import { parseCount } from './option-parsers.js';
import type { ClusterRun } from './cluster-module.js';

/** The flags of a command that can run on a cluster. */
export interface ClusterFlags {
  readonly cluster?: string;
  readonly storage?: string;
  readonly dataRoot?: string;
  readonly shards?: number;
  readonly priority?: number;
  readonly trustNames?: boolean;
}

/** Adds the flags of {@link ClusterFlags}. */
export function addClusterOptions(command: Command): Command {
  return command
    .option('--cluster <url>', 'run on the workers at this Redis, redis://host:6379; needs @graft-ml/cluster')
    .option(
      '--storage <place>',
      'of a cluster: where results go, a folder that all machines have, or s3://bucket/prefix',
    )
    .option('--data-root <folder>', 'of a cluster: the folder that holds the data here (default: the current one)')
    .option(
      '--shards <n>',
      'of a cluster: jobs to cut the images into (default: one for 1,000, at least 8)',
      parseCount,
    )
    .option('--priority <n>', 'of a cluster: 1 comes first (default: before all that have one)', parseCount)
    .option(
      '--trust-names',
      'of a cluster: read no image here; one that was replaced, or differs on a worker, is then not noticed',
    );
}

/** The words of a command without those that say where it runs: they change no result, and may hold a password. */
export function withoutClusterFlags(words: readonly string[]): string[] {
  const valued = ['--cluster', '--storage', '--data-root', '--shards', '--priority'];
  return words.filter(
    (word, place) =>
      word !== '--trust-names' &&
      !valued.some((flag) => word === flag || word.startsWith(`${flag}=`)) &&
      !valued.includes(words[place - 1] ?? ''),
  );
}

/**
 * Where to run, if it is not here.
 * @throws RangeError for flags of a cluster without `--cluster`, or the other way round.
 */
export function clusterRun(
  flags: ClusterFlags,
  surroundings: Pick<ClusterRun, 'signal' | 'onProgress' | 'onNote'>,
): ClusterRun | undefined {
  const { cluster, storage, dataRoot, shards, priority, trustNames } = flags;
  if (cluster === undefined) {
    const stray = Object.entries({ storage, 'data-root': dataRoot, shards, priority, 'trust-names': trustNames }).find(
      ([, value]) => value !== undefined,
    );
    if (stray !== undefined)
      throw new RangeError(`--${stray[0]} is for a cluster; pass --cluster URL, or leave it out`);
    return undefined;
  }
  if (storage === undefined) {
    throw new RangeError('--cluster needs --storage: a folder that all machines have mounted, or s3://bucket/prefix');
  }
  const commandLine = withoutClusterFlags(process.argv.slice(2));
  return { redis: cluster, storage, dataRoot, shards, priority, trustNames, commandLine, ...surroundings };
}
