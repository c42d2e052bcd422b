import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  ClusterError,
  crossValidateFolder,
  lmdbFeatureCache,
  trainFolder,
  type Evaluation,
  type FeatureCache,
  type TrainContext,
  type TrainSettings,
} from '@graft-ml/node-adapter';
import type { Job } from 'bullmq';
import type { StoredFile } from '../storage/shared-storage.js';
import { mapSkipped } from './data-root.js';
import { localTraining } from './local-settings.js';
import { requireChildren } from './run-collect.js';
import { readActivations } from './run-features.js';
import type { TaskResult } from './run-task.js';
import type { TrainTask } from './task.js';
import { readTaskRecord, type TaskContext } from './task-context.js';

/** Far more than a training's activations take: nothing may be dropped from the cache while it runs. */
const CACHE_BYTES = 2 ** 40;

/** Trains and tests, or cross-validates, on activations that other jobs have left in the storage. */
export async function runTrain(
  task: TrainTask,
  context: TaskContext,
  job: Pick<Job, 'getIgnoredChildrenFailures'>,
): Promise<TaskResult> {
  const { root, storage, runtime, signal, onProgress, scratch } = context;
  await requireChildren(job, 'the training');
  const cache = lmdbFeatureCache({ folder: join(scratch, 'activations'), dtype: 'float32', limitBytes: CACHE_BYTES });
  try {
    await fillCache(cache, task, context);
    const dataset = await root.fromPayload(task.dataset);
    const settings = (await localTraining(root, task.dataset, task.settings)) as TrainSettings;
    const surroundings: TrainContext = { runtime: { ...runtime, cache }, signal, onProgress };
    const map = (path: string) => root.toRecord(path);
    if (task.folds !== undefined) {
      const result = await crossValidateFolder(dataset, { ...settings, folds: task.folds }, surroundings);
      const { skipped, evaluation } = result;
      const document = { ...result, skipped: mapSkipped(skipped, map), evaluation: plainEvaluation(evaluation, map) };
      return { document, files: {}, images: 0 };
    }
    const out = join(scratch, 'model');
    const result = await trainFolder(dataset, task.keeps ? { ...settings, out } : settings, surroundings);
    const files: Record<string, StoredFile> = {};
    if (task.keeps) for (const name of await readdir(out)) files[name] = await storage.put(join(out, name));
    const { test, skipped } = result;
    // Overwritten, not taken out: keys stay in their order.
    const document = { ...result, skipped: mapSkipped(skipped, map), test: plainEvaluation(test, map), artifact: null };
    return { document, files, images: 0 };
  } finally {
    await cache.close();
  }
}

async function fillCache(cache: FeatureCache, task: TrainTask, { storage, scratch }: TaskContext): Promise<void> {
  for (const id of task.shards) {
    const record = await readTaskRecord(storage, id);
    const stored = record?.files['activations'];
    if (stored === undefined) {
      throw new ClusterError(`the storage ${storage.location} lacks the activations of ${id}; submit the job again`, {
        subject: storage.location,
      });
    }
    const file = join(scratch, 'shard.safetensors');
    await storage.get(stored, file);
    for (const [key, activations] of await readActivations(file)) await cache.set(key, activations);
    await rm(file);
  }
}

/** An evaluation as JSON: its predictions say all else. */
function plainEvaluation(evaluation: Evaluation, map: (path: string) => string): Record<string, unknown> {
  const { predictions, skipped, classNames } = evaluation;
  return {
    classNames,
    predictions: predictions.map(({ source, ...rest }) => ({ ...rest, source: map(String(source)) })),
    skipped: mapSkipped(skipped, map),
  };
}
