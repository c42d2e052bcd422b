import type { Job } from 'bullmq';
import { runCollect } from './run-collect.js';
import { runExtract } from './run-extract.js';
import { runPredict } from './run-predict.js';
import type { TaskContext, TaskRecord } from './task-context.js';
import type { Task } from './task.js';

/** What a task gives; who did it and how long it took is added. */
export type TaskResult = Omit<TaskRecord, 'seconds' | 'worker'>;

/** Runs a task of any kind. Kinds that train load what they need only then. */
export async function runTask(
  task: Task,
  context: TaskContext,
  job: Pick<Job, 'getIgnoredChildrenFailures'>,
): Promise<TaskResult> {
  switch (task.kind) {
    case 'extract':
      return runExtract(task, context);
    case 'predict':
      return runPredict(task, context);
    case 'features':
      return (await import('./run-features.js')).runFeatures(task, context);
    case 'train':
      return (await import('./run-train.js')).runTrain(task, context, job);
    case 'collect':
      return runCollect(job);
  }
}
