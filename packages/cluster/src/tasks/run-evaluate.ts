import { join } from 'node:path';
import { testHeadOfFolder, type Evaluation, type TrainedHead } from '@graft-ml/node-adapter';
import { recordOf, withActivations } from './activations.js';
import { mapSkipped } from './data-root.js';
import { fetchModel, storeModel } from './model-files.js';
import type { EvaluateTask } from './task.js';
import type { TaskContext, TaskResult } from './task-context.js';

/** Tests what another job has trained, and leaves the model with its report in the storage. */
export async function runEvaluate(task: EvaluateTask, context: TaskContext): Promise<TaskResult> {
  const { root, scratch } = context;
  return withActivations(task, { what: 'the evaluation', context }, async ({ dataset, settings, ...surroundings }) => {
    const record = await recordOf(task.trained, context);
    const model = join(scratch, 'trained');
    await fetchModel(record.files, model, context);
    const document = record.document['trained'] as TrainedHead;
    const trained = { ...document, skipped: mapSkipped(document.skipped, (path) => root.fromRecord(path, 'absolute')) };
    const out = join(scratch, 'model');
    const wanted = task.keeps ? { ...settings, out } : settings;
    const { commandLine } = task;
    const told = { ...surroundings.context, commandLine, clock: context.clock };
    const result = await testHeadOfFolder(dataset, { settings: wanted, model, trained }, told);
    const map = (path: string) => root.toRecord(path);
    const { test, skipped } = result;
    return {
      // Overwritten, not taken out: keys stay in their order.
      document: { ...result, skipped: mapSkipped(skipped, map), test: plainEvaluation(test, map), artifact: null },
      files: task.keeps ? await storeModel(out, context) : {},
      images: 0,
    };
  });
}

/** An evaluation as JSON: its predictions say all else. */
export function plainEvaluation(evaluation: Evaluation, map: (path: string) => string): Record<string, unknown> {
  const { predictions, skipped, classNames } = evaluation;
  return {
    classNames,
    predictions: predictions.map(({ source, ...rest }) => ({ ...rest, source: map(String(source)) })),
    skipped: mapSkipped(skipped, map),
  };
}
