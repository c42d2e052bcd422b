import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  decodeSafetensors,
  encodeSafetensors,
  runTrainingFeatures,
  type FeatureCache,
  type TrainSettings,
} from '@graft-ml/node-adapter';
import { requireListing, requireReadable } from './listing.js';
import { localTraining } from './local-settings.js';
import type { TaskResult } from './run-task.js';
import type { FeaturesTask } from './task.js';
import type { TaskContext } from './task-context.js';

/** Runs one shard of the images that a training needs, and stores their activations under the keys of a feature cache. */
export async function runFeatures(task: FeaturesTask, context: TaskContext): Promise<TaskResult> {
  const { root, storage, runtime, signal, onProgress, onNote, scratch } = context;
  const { shard, listing, folds } = task;
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
  const { images, skipped, engine } = await runTrainingFeatures(
    dataset,
    { settings: settings as TrainSettings, shard, folds },
    { runtime: { ...runtime, cache }, signal, onProgress, onNote },
  );
  await requireReadable(skipped, listing, context);
  const file = join(scratch, 'activations.safetensors');
  // Sorted: the same activations are the same file, in whatever order they came.
  const sorted = [...kept].sort(([a], [b]) => (a < b ? -1 : 1));
  await writeFile(file, encodeSafetensors(new Map(sorted.map(([key, data]) => [key, { shape: [data.length], data }]))));
  return { document: { engine }, files: { activations: await storage.put(file) }, images };
}

/** The activations of one shard, by their keys. */
export async function readActivations(file: string): Promise<Iterable<readonly [string, Float32Array]>> {
  const { tensors } = decodeSafetensors(await readFile(file));
  return [...tensors].map(([key, { data }]) => [key, data] as const);
}
