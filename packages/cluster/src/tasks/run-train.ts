import { join } from 'node:path';
import { trainHeadOfFolder } from '@graft-ml/node-adapter';
import { withActivations } from './activations.js';
import { mapSkipped } from './data-root.js';
import { requireReadable } from './listing.js';
import { storeModel } from './model-files.js';
import type { TrainTask } from './task.js';
import type { TaskContext, TaskResult } from './task-context.js';

/** Trains a head on activations that other jobs have left in the storage, and leaves the model there. */
export async function runTrain(task: TrainTask, context: TaskContext): Promise<TaskResult> {
  return withActivations(task, { what: 'the training', context }, async ({ dataset, settings, ...surroundings }) => {
    const model = join(context.scratch, 'model');
    const trained = await trainHeadOfFolder(dataset, { settings, model }, surroundings.context);
    await requireReadable(trained.skipped, task.listing, context);
    const skipped = mapSkipped(trained.skipped, (path) => context.root.toRecord(path));
    return { document: { trained: { ...trained, skipped } }, files: await storeModel(model, context), images: 0 };
  });
}
