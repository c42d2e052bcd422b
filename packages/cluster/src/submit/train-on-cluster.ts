import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  backboneComparison,
  checkBackboneNames,
  ClusterError,
  comparedBackbone,
  evaluateLabelled,
  folderArtifactStore,
  isGraftError,
  reasonOf,
  type CrossValidateFolderResult,
  type Evaluation,
  type LabelledPrediction,
  type SkippedImage,
  type TrainBackbonesResult,
  type TrainFolderResult,
  type TrainSettings,
} from '@graft-ml/node-adapter';
import { mapSkipped } from '../tasks/data-root.js';
import { readTaskRecord, type TaskRecord } from '../tasks/task-context.js';
import { taskId, type TrainingTaskSettings } from '../tasks/task.js';
import type { ClusterOptions } from './cluster-options.js';
import { checked } from './extract-on-cluster.js';
import { payloadManifest, payloadWeights } from './payload.js';
import { runFlow } from './run-flow.js';
import { withSubmission, type Submission } from './submission.js';

/**
 * Trains with the workers of a cluster: `graft train --cluster URL`. Every image runs through the backbone on some worker, then
 * one of them trains the head and tests it, as `trainFolder` does; the result is the same.
 *
 * @throws ClusterError if the cluster cannot be reached, or shards were set aside; RangeError for `resume`, which the queue does
 *   by itself; AbortedError.
 */
export async function trainOnCluster(
  dataset: string,
  settings: TrainSettings,
  options: ClusterOptions,
): Promise<TrainFolderResult> {
  const { out } = settings;
  if (out !== undefined) await folderArtifactStore(out).checkWritable();
  return withSubmission(options, async (submission) => {
    const record = await runTraining(dataset, { settings, folds: undefined }, submission);
    if (out !== undefined) await fetchModel(record, out, submission);
    const result = record.document as unknown as TrainFolderResult;
    const map = (path: string) => submission.root.fromRecord(path, 'absolute');
    const { skipped, test } = result;
    return { ...result, skipped: mapSkipped(skipped, map), test: evaluation(test, map), artifact: out ?? null };
  });
}

/** Cross-validates with the workers of a cluster: `graft train --folds K --cluster URL`. */
export async function crossValidateOnCluster(
  dataset: string,
  settings: TrainSettings & { readonly folds: number },
  options: ClusterOptions,
): Promise<CrossValidateFolderResult> {
  const { folds, ...rest } = settings;
  return withSubmission(options, async (submission) => {
    const record = await runTraining(dataset, { settings: rest, folds }, submission);
    const result = record.document as unknown as CrossValidateFolderResult;
    const map = (path: string) => submission.root.fromRecord(path, 'absolute');
    return { ...result, skipped: mapSkipped(result.skipped, map), evaluation: evaluation(result.evaluation, map) };
  });
}

/**
 * Trains several backbones with the workers of a cluster, all at the same time: `graft train --backbone a,b --cluster URL`. One
 * that fails is told of, and the others go on.
 * @throws RangeError for no name, or one twice; the first failure's error if all fail; AbortedError.
 */
export async function trainBackbonesOnCluster(
  dataset: string,
  settings: TrainSettings & { readonly backbones: readonly string[] },
  options: ClusterOptions,
): Promise<TrainBackbonesResult> {
  const { backbones, out, ...shared } = settings;
  checkBackboneNames(backbones);
  if (out !== undefined) await mkdir(out, { recursive: true });
  const outcomes = await Promise.all(
    backbones.map(async (backbone) => {
      const own = out === undefined ? {} : { out: join(out, backbone) };
      try {
        const result = await trainOnCluster(dataset, { ...shared, backbone, ...own }, options);
        const row = comparedBackbone({ ...result, seconds: result.timings.totalSeconds });
        return { model: result, row };
      } catch (error) {
        if (isGraftError(error) && error.code === 'ABORTED') throw error;
        const failed = { backbone, reason: reasonOf(error) };
        return { model: failed, row: failed, error };
      }
    }),
  );
  const [first] = outcomes;
  if (first !== undefined && outcomes.every((outcome) => 'error' in outcome)) throw first.error;
  return { models: outcomes.map(({ model }) => model), comparison: backboneComparison(outcomes.map(({ row }) => row)) };
}

async function runTraining(
  dataset: string,
  job: { readonly settings: TrainSettings; readonly folds: number | undefined },
  submission: Submission,
): Promise<TaskRecord> {
  const { root, storage } = submission;
  const { settings, folds } = job;
  if (settings.resume === true) {
    throw new RangeError('--resume is not needed with --cluster: the same command goes on with what is done');
  }
  const manifest = { root: settings.root, columns: settings.columns, where: settings.where };
  const { common, shards, images } = await submission.describe({ inputs: [dataset], manifest });
  const base = {
    ...common,
    dataset: root.toPayload(dataset),
    settings: payloadSettings(dataset, settings, submission),
  };
  const features = shards.map((shard) =>
    checked({ ...base, kind: 'features', ...(folds !== undefined && { folds }), shard }),
  );
  const train = checked({
    ...base,
    kind: 'train',
    ...(folds !== undefined && { folds }),
    keeps: settings.out !== undefined,
    shards: features.map(taskId),
  });
  const known = await readTaskRecord(storage, taskId(train));
  if (known !== undefined) return known;
  await runFlow({ task: train, children: features.map((task) => ({ task })) }, submission, images);
  const record = await readTaskRecord(storage, taskId(train));
  if (record !== undefined) return record;
  throw new ClusterError(`the storage ${storage.location} lacks the result of the training; submit it again`, {
    subject: storage.location,
  });
}

const taken = [
  ...['backbone', 'dialect', 'preprocessing', 'interpolation', 'resize', 'inputSize', 'engine', 'precision', 'seed'],
  ...['groupBy', 'testSize', 'validationSize', 'head', 'epochs', 'batchSize', 'learningRate', 'augment', 'views'],
  ...['preset', 'fineTune', 'fineTuneEpochs', 'fineTuneLearningRate', 'temperatureScaling', 'thresholds'],
  ...['thresholdClass', 'report', 'embedBase', 'medical'],
] as const;

function payloadSettings(dataset: string, settings: TrainSettings, { root }: Submission): TrainingTaskSettings {
  const given = settings as unknown as Readonly<Record<string, unknown>>;
  const { root: folder, columns, where, weights, split } = settings;
  return {
    ...Object.fromEntries(taken.filter((name) => given[name] !== undefined).map((name) => [name, given[name]])),
    weights: payloadWeights(root, weights),
    split: split === undefined ? undefined : root.toPayload(split),
    manifest: payloadManifest(root, [dataset], { root: folder, columns, where }),
  } as TrainingTaskSettings;
}

async function fetchModel(record: TaskRecord, out: string, { storage, scratch }: Submission): Promise<void> {
  const files = new Map<string, Uint8Array>();
  const local = join(scratch, 'file');
  for (const [name, stored] of Object.entries(record.files)) {
    await storage.get(stored, local);
    files.set(name, await readFile(local));
  }
  await folderArtifactStore(out).write(files);
}

/** An evaluation out of what a record says of it. */
function evaluation(
  plain: {
    readonly classNames: readonly string[];
    readonly predictions: readonly LabelledPrediction[];
    readonly skipped: readonly SkippedImage[];
  },
  map: (path: string) => string,
): Evaluation {
  const predictions = plain.predictions.map((prediction) => ({
    ...prediction,
    source: map(String(prediction.source)),
  }));
  return evaluateLabelled(predictions, { classNames: plain.classNames, skipped: mapSkipped(plain.skipped, map) });
}
