import { joinFoldsOfFolder, trainFoldOfFolder, type FoldOfFolder, type TrainSettings } from '@graft-ml/node-adapter';
import { recordOf, withActivations } from './activations.js';
import { mapSkipped } from './data-root.js';
import { requireReadable } from './listing.js';
import { localTraining } from './local-settings.js';
import { requireChildren } from './run-collect.js';
import { plainEvaluation } from './run-evaluate.js';
import { foldTasks, taskId, type FoldsTask, type FoldTask } from './task.js';
import { readTaskRecord, type TaskContext, type TaskResult } from './task-context.js';

/** Trains and tests one fold on activations that other jobs have left in the storage. */
export async function runFold(task: FoldTask, context: TaskContext): Promise<TaskResult> {
  const { fold, folds } = task;
  return withActivations(task, { what: `fold ${fold}`, context }, async ({ dataset, settings, ...surroundings }) => {
    const trained = await trainFoldOfFolder(dataset, { settings: { ...settings, folds }, fold }, surroundings.context);
    await requireReadable(trained.skipped, task.listing, context);
    const skipped = mapSkipped(trained.skipped, (path) => context.root.toRecord(path));
    const { accuracy, macroF1, loss } = trained.outcome.result;
    return { document: { ...trained, skipped }, files: {}, images: 0, figures: { accuracy, macroF1, loss } };
  });
}

/** Has the folds of a cross-validation trained, each as a job of its own, and puts them together. */
export async function runFolds(task: FoldsTask, context: TaskContext): Promise<TaskResult> {
  const { root, storage, children, runtime, signal } = context;
  await requireChildren(children, 'the cross-validation');
  const tasks = foldTasks(task);
  const missing: FoldTask[] = [];
  for (const fold of tasks) if ((await readTaskRecord(storage, taskId(fold))) === undefined) missing.push(fold);
  // Folds could not be submitted with the rest: a job has one parent, and shards are of all of them.
  if (missing.length > 0) await children.waitFor(missing);
  const folds: FoldOfFolder[] = [];
  for (const fold of tasks) {
    const document = (await recordOf(taskId(fold), context)).document as unknown as FoldOfFolder;
    const skipped = mapSkipped(document.skipped, (path) => root.fromRecord(path, 'absolute'));
    folds.push({ ...document, skipped });
  }
  const dataset = await root.fromPayload(task.dataset);
  const settings = { ...(await localTraining(root, task.dataset, task.settings)), folds: task.folds };
  const job = { settings: settings as TrainSettings & { folds: number }, folds };
  const result = await joinFoldsOfFolder(dataset, job, { runtime, signal });
  const map = (path: string) => root.toRecord(path);
  const { skipped, evaluation } = result;
  return {
    document: { ...result, skipped: mapSkipped(skipped, map), evaluation: plainEvaluation(evaluation, map) },
    files: {},
    images: 0,
  };
}
