import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  ClusterError,
  decodeSafetensors,
  lmdbFeatureCache,
  type FeatureCache,
  type TrainContext,
  type TrainSettings,
} from '@graft-ml/node-adapter';
import type { StoredFile } from '../storage/shared-storage.js';
import { withContents } from './contents.js';
import { requireListing } from './listing.js';
import { localTraining } from './local-settings.js';
import { requireChildren } from './run-collect.js';
import type { TaskOnActivations } from './task.js';
import { readTaskRecord, type TaskContext, type TaskRecord } from './task-context.js';

/** Far more than a training's activations take: nothing may be dropped from the cache while it runs. */
const CACHE_BYTES = 2 ** 40;

/** What a training works with. */
export interface TrainingParts {
  readonly dataset: string;
  readonly settings: TrainSettings;
  readonly context: TrainContext;
}

/**
 * Does work with a feature cache that holds what the shards of a run have left in the storage: images are read, by whose content
 * the activations are found, but none runs through the backbone.
 *
 * @param what - For messages: `the training`.
 * @throws UnrecoverableError if a shard was set aside; ClusterError if one is not in the storage, or an image was replaced since.
 */
export async function withActivations<Result>(
  task: TaskOnActivations,
  { what, context }: { readonly what: string; readonly context: TaskContext },
  work: (parts: TrainingParts) => Promise<Result>,
): Promise<Result> {
  const { root, storage, signal, onProgress, onNote, scratch, children } = context;
  await requireChildren(children, what);
  const dataset = await root.fromPayload(task.dataset);
  const settings = (await localTraining(root, task.dataset, task.settings)) as TrainSettings;
  const { root: folder, columns, where } = settings;
  const manifest = { root: folder, columns, where };
  await requireListing({ inputs: [dataset], manifest, shard: { index: 1, count: 1 }, listing: task.listing }, context);
  const cache = lmdbFeatureCache({ folder: join(scratch, 'activations'), dtype: 'float32', limitBytes: CACHE_BYTES });
  try {
    const contents: (StoredFile | undefined)[] = [];
    for (const id of task.shards) {
      const { files } = await recordOf(id, context);
      if (files['activations'] === undefined) throw lacksRecord(storage.location, id);
      await fill(cache, files['activations'], context);
      contents.push(files['contents']);
    }
    return await withContents(contents, context, (runtime) =>
      work({ dataset, settings, context: { runtime: { ...runtime, cache }, signal, onProgress, onNote } }),
    );
  } finally {
    await cache.close();
  }
}

/** The record of a job that is done. @throws ClusterError if the storage lacks it. */
export async function recordOf(id: string, { storage }: Pick<TaskContext, 'storage'>): Promise<TaskRecord> {
  const record = await readTaskRecord(storage, id);
  if (record === undefined) throw lacksRecord(storage.location, id);
  return record;
}

function lacksRecord(location: string, id: string): ClusterError {
  return new ClusterError(`the storage ${location} lacks the result of ${id}; submit the job again`, {
    subject: location,
  });
}

async function fill(cache: FeatureCache, stored: StoredFile, { storage, scratch }: TaskContext): Promise<void> {
  const file = join(scratch, 'shard.safetensors');
  await storage.get(stored, file);
  const { tensors } = decodeSafetensors(await readFile(file));
  await rm(file);
  for (const [key, { data }] of tensors) await cache.set(key, data);
}
