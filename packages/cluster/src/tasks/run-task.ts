import { runCollect } from './run-collect.js';
import { runExtract } from './run-extract.js';
import { runPredict } from './run-predict.js';
import type { TaskContext, TaskResult } from './task-context.js';
import type { Task } from './task.js';

/** Runs a task of any kind. Kinds that train load what they need only then. */
export async function runTask(task: Task, context: TaskContext): Promise<TaskResult> {
  switch (task.kind) {
    case 'extract':
      return runExtract(task, context);
    case 'predict':
      return runPredict(task, context);
    case 'features':
      return (await import('./run-features.js')).runFeatures(task, context);
    case 'train':
      return (await import('./run-train.js')).runTrain(task, context);
    case 'evaluate':
      return (await import('./run-evaluate.js')).runEvaluate(task, context);
    case 'fold':
      return (await import('./run-folds.js')).runFold(task, context);
    case 'folds':
      return (await import('./run-folds.js')).runFolds(task, context);
    case 'collect':
      return runCollect(context);
  }
}
