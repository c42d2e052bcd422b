import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeSafetensors, runTrainingFeatures, type FeatureCache, type TrainSettings } from '@graft-ml/node-adapter';
import { withContents } from './contents.js';
import { requireListing, requireReadable } from './listing.js';
import { localTraining } from './local-settings.js';
import type { FeaturesTask } from './task.js';
import type { TaskContext, TaskResult } from './task-context.js';

/** Runs one shard of the images that a training needs, and stores their activations under the keys of a feature cache. */
export async function runFeatures(task: FeaturesTask, context: TaskContext): Promise<TaskResult> {
  const { root, storage, signal, onProgress, onNote, scratch } = context;
  const { shard, listing, contents, isForFolds } = task;
  const dataset = await root.fromPayload(task.dataset);
  const settings = await localTraining(root, task.dataset, task.settings);
  const { root: folder, columns, where } = settings;
  await requireListing({ inputs: [dataset], manifest: { root: folder, columns, where }, shard, listing }, context);
  const kept = new Map<string, Float32Array>();
  // Nothing but memory: a worker's own cache might keep fewer bits.
  const cache: FeatureCache = {
    get: async (key) => kept.get(key),
    set: async (key, activations) => void kept.set(key, activations),
    close: async () => undefined,
  };
  const { images, skipped, engine } = await withContents([contents], context, (runtime) =>
    runTrainingFeatures(
      dataset,
      { settings: settings as TrainSettings, shard, isForFolds },
      { runtime: { ...runtime, cache }, signal, onProgress, onNote },
    ),
  );
  await requireReadable(skipped, listing, context);
  const file = join(scratch, 'activations.safetensors');
  // Sorted: the same activations are the same file, in whatever order they came.
  const sorted = [...kept].sort(([a], [b]) => (a < b ? -1 : 1));
  await writeFile(file, encodeSafetensors(new Map(sorted.map(([key, data]) => [key, { shape: [data.length], data }]))));
  const activations = await storage.put(file);
  // Who takes the activations finds them by what images hold.
  return { document: { engine }, files: { activations, ...(contents && { contents }) }, images };
}
