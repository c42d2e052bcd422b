import { ClusterError } from '@graft-ml/core';
import type { ExtractSettings } from '../jobs/extract-to-file.js';
import type { CrossValidateFolderResult } from '../jobs/cross-validate-folder.js';
import type { PredictImagesOptions } from '../jobs/predict-images.js';
import type { MergedFeatures, MergedPredictions } from '../jobs/shards/merge-shards.js';
import type { TrainBackbonesResult } from '../jobs/train-backbones.js';
import type { TrainContext, TrainFolderResult, TrainSettings } from '../jobs/train-folder.js';

/** Where a cluster is, as the flags say it, and the surroundings of a run on it. */
export interface ClusterRun extends Pick<TrainContext, 'signal' | 'onProgress' | 'onNote'> {
  readonly redis: string;
  readonly storage: string;
  readonly dataRoot?: string | undefined;
  readonly shards?: number | undefined;
  readonly priority?: number | undefined;
  readonly trustNames?: boolean | undefined;
  readonly commandLine?: readonly string[] | undefined;
}

/** What a worker is told. */
export interface WorkerRun extends Pick<TrainContext, 'signal' | 'onNote'> {
  readonly redis: string;
  readonly storage: string;
  readonly dataRoot?: string | undefined;
  readonly concurrency?: number | undefined;
  readonly lockSeconds?: number | undefined;
  readonly idleSeconds?: number | undefined;
}

/** What the command takes of `@graft-ml/cluster`, which builds on this package: the arrow between them is not turned round. */
export interface ClusterModule {
  readonly runWorker: (options: WorkerRun) => Promise<{ readonly done: number; readonly failed: number }>;
  readonly extractOnCluster: (dataset: string, settings: ExtractSettings, run: ClusterRun) => Promise<MergedFeatures>;
  readonly predictOnCluster: (
    model: string,
    inputs: readonly string[],
    job: { readonly settings: Partial<PredictImagesOptions>; readonly cluster: ClusterRun },
  ) => Promise<MergedPredictions>;
  readonly trainOnCluster: (dataset: string, settings: TrainSettings, run: ClusterRun) => Promise<TrainFolderResult>;
  readonly crossValidateOnCluster: (
    dataset: string,
    settings: TrainSettings & { readonly folds: number },
    run: ClusterRun,
  ) => Promise<CrossValidateFolderResult>;
  readonly trainBackbonesOnCluster: (
    dataset: string,
    settings: TrainSettings & { readonly backbones: readonly string[] },
    run: ClusterRun,
  ) => Promise<TrainBackbonesResult>;
}

/** By name, so that no bundler follows it: the package is installed by those who use it. */
const packageName = '@graft-ml/cluster';

/** @throws ClusterError if the package is not installed. */
export async function loadCluster(): Promise<ClusterModule> {
  try {
    return (await import(packageName)) as ClusterModule;
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code !== 'ERR_MODULE_NOT_FOUND' || !message.includes(packageName)) throw cause;
    throw new ClusterError(`many machines need a package that is not installed: npm install ${packageName}`, {
      subject: packageName,
      cause,
    });
  }
}
