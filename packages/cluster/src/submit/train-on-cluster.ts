import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  backboneComparison,
  checkBackboneNames,
  checkFoldSettings,
  checkTrainingData,
  checkTrainSettings,
  ClusterError,
  comparedBackbone,
  evaluateLabelled,
  folderArtifactStore,
  makeFolder,
  reasonOf,
  type ComparedBackbone,
  type CrossValidateFolderResult,
  type Evaluation,
  type FailedBackbone,
  type FoldSettings,
  type LabelledPrediction,
  type SkippedImage,
  type TrainBackbonesResult,
  type TrainFolderResult,
  type TrainSettings,
} from '@graft-ml/node-adapter';
import { recordOf } from '../tasks/activations.js';
import { mapSkipped } from '../tasks/data-root.js';
import { readTaskRecord, type TaskRecord } from '../tasks/task-context.js';
import { digestOfTasks, foldTasks, taskId, type FoldsTask, type Task } from '../tasks/task.js';
import type { ClusterOptions } from './cluster-options.js';
import { checked } from './payload.js';
import { runFlow, type TaskTree } from './run-flow.js';
import { withSubmission, type Submission } from './submission.js';
import { activationsOf, describeTraining, trainingTree } from './training-tree.js';

/**
 * Trains with the workers of a cluster: `graft train --cluster URL`. Every image runs through the backbone on some worker, then
 * one of them trains the head, and one tests it; the result is that of `trainFolder`.
 *
 * @throws RangeError or DatasetError for settings or data that `trainFolder` refuses, before any job is submitted, and for `resume`,
 *   which the queue does by itself; ClusterError if the cluster cannot be reached, or shards were set aside; AbortedError.
 */
export async function trainOnCluster(
  dataset: string,
  settings: TrainSettings,
  options: ClusterOptions,
): Promise<TrainFolderResult> {
  const { out } = settings;
  if (out !== undefined) await folderArtifactStore(out).checkWritable();
  return withSubmission(options, async (submission) => {
    const split = await checkedSides(dataset, settings, submission);
    await checkTrainSettings(settings, { ...submission, split });
    const run = await describeTraining(dataset, settings, submission);
    const tree = trainingTree(run, settings, submission);
    await runUnlessDone(tree, submission, run.images);
    return collectTraining(tree, settings, submission);
  });
}

/**
 * Cross-validates with the workers of a cluster: `graft train --folds K --cluster URL`. Every fold is a job of its own, once all
 * images have run.
 *
 * @throws RangeError for settings that have no meaning here; what {@link trainOnCluster} throws.
 */
export async function crossValidateOnCluster(
  dataset: string,
  settings: FoldSettings,
  options: ClusterOptions,
): Promise<CrossValidateFolderResult> {
  checkFoldSettings(settings);
  return withSubmission(options, async (submission) => {
    const { folds } = settings;
    await checkedSides(dataset, settings, submission);
    await checkTrainSettings(settings, submission);
    const run = await describeTraining(dataset, settings, submission);
    const { base, children, shards } = activationsOf(run, { settings, isForFolds: true }, submission);
    const task = checked({ ...base, kind: 'folds', folds, shards }) as FoldsTask;
    const tree = { task, children, later: foldTasks(task) };
    const record = await runUnlessDone(tree, submission, run.images);
    const result = record.document as unknown as CrossValidateFolderResult;
    const map = (path: string) => submission.root.fromRecord(path, 'absolute');
    return { ...result, skipped: mapSkipped(result.skipped, map), evaluation: evaluation(result.evaluation, map) };
  });
}

/**
 * Trains several backbones with the workers of a cluster, all at the same time: `graft train --backbone a,b --cluster URL`. One
 * that fails is told of, and the others go on.
 * @throws RangeError for no name, one twice, or no known one; ClusterError if all fail; what {@link trainOnCluster} throws.
 */
export async function trainBackbonesOnCluster(
  dataset: string,
  settings: TrainSettings & { readonly backbones: readonly string[] },
  options: ClusterOptions,
): Promise<TrainBackbonesResult> {
  const { backbones, out, ...shared } = settings;
  checkBackboneNames(backbones);
  if (out !== undefined) await makeFolder(out);
  const settingsOf = (backbone: string) => ({
    ...shared,
    backbone,
    ...(out !== undefined && { out: join(out, backbone) }),
  });
  return withSubmission(options, async (submission) => {
    const split = await checkedSides(dataset, settings, submission);
    const reasons = new Map<string, string>();
    let failure: unknown;
    for (const name of backbones) {
      await checkTrainSettings(settingsOf(name), { ...submission, split }).catch((error: unknown) => {
        failure ??= error;
        reasons.set(name, reasonOf(error));
      });
    }
    const known = backbones.filter((name) => !reasons.has(name));
    if (known.length === 0) throw failure;
    const run = await describeTraining(dataset, settings, submission);
    const trees = new Map(known.map((name) => [name, trainingTree(run, settingsOf(name), submission)]));
    const roots = [...trees.values()].map(({ task }) => task);
    const collect: Task = { ...run.common, kind: 'collect', of: digestOfTasks(roots) };
    const tree = { task: collect, children: [...trees.values()] };
    const { setAside = {} } = (await runFlow(tree, submission, run.images * known.length)) as {
      setAside?: Record<string, string>;
    };
    for (const [name, { task }] of trees) {
      const reason = setAside[taskId(task)];
      if (reason !== undefined) reasons.set(name, reason);
    }
    if (reasons.size === backbones.length) throw new ClusterError([...reasons.values()][0] ?? 'all failed');
    const models: (TrainFolderResult | FailedBackbone)[] = [];
    const rows: (ComparedBackbone | FailedBackbone)[] = [];
    for (const backbone of backbones) {
      const own = trees.get(backbone);
      const reason = reasons.get(backbone);
      if (own === undefined || reason !== undefined) {
        const failed = { backbone, reason: reason ?? '' };
        models.push(failed);
        rows.push(failed);
        continue;
      }
      const model = await collectTraining(own, settingsOf(backbone), submission);
      models.push(model);
      rows.push(comparedBackbone({ ...model, seconds: model.timings.totalSeconds }));
    }
    return { models, comparison: backboneComparison(rows) };
  });
}

/** What no worker could train on is found out here. */
function checkedSides(
  dataset: string,
  settings: Parameters<typeof checkTrainingData>[1],
  { runtime, options }: Submission,
): ReturnType<typeof checkTrainingData> {
  const { signal, onNote } = options;
  return checkTrainingData(dataset, settings, { runtime, ...(signal && { signal }), ...(onNote && { onNote }) });
}

/** Runs a flow whose root leaves a record, unless it has left it before. */
async function runUnlessDone(tree: TaskTree, submission: Submission, images: number): Promise<TaskRecord> {
  const { storage } = submission;
  const id = taskId(tree.task);
  const known = await readTaskRecord(storage, id);
  if (known !== undefined) return known;
  await runFlow(tree, submission, images);
  return recordOf(id, { storage });
}

async function collectTraining(
  tree: TaskTree,
  { out }: TrainSettings,
  { storage, root, scratch }: Submission,
): Promise<TrainFolderResult> {
  const { document, files } = await recordOf(taskId(tree.task), { storage });
  if (out !== undefined) await writeModel(files, out, { storage, scratch });
  const result = document as unknown as TrainFolderResult;
  const map = (path: string) => root.fromRecord(path, 'absolute');
  const { skipped, test } = result;
  return { ...result, skipped: mapSkipped(skipped, map), test: evaluation(test, map), artifact: out ?? null };
}

async function writeModel(
  files: TaskRecord['files'],
  out: string,
  { storage, scratch }: Pick<Submission, 'storage' | 'scratch'>,
): Promise<void> {
  const bytes = new Map<string, Uint8Array>();
  const local = join(scratch, 'file');
  for (const [name, stored] of Object.entries(files)) {
    await storage.get(stored, local);
    bytes.set(name, await readFile(local));
  }
  await folderArtifactStore(out).write(bytes);
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
