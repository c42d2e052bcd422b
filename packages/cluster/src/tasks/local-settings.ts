import { dirname } from 'node:path';
import type { DataRoot } from './data-root.js';
import type { TaskManifest, TaskWeights, TrainingTaskSettings } from './task.js';

/** A payload's weights as a job takes them: a word, or a local file. */
export async function localWeights(
  root: DataRoot,
  weights: TaskWeights | undefined,
): Promise<{ readonly weights?: string }> {
  if (weights === undefined) return {};
  return { weights: 'file' in weights ? await root.fromPayload(weights.file) : weights.selector };
}

/** A payload's way to read rows, with a local root. */
export async function localManifest(
  root: DataRoot,
  dataset: string,
  manifest: TaskManifest | undefined,
): Promise<(Omit<TaskManifest, 'root'> & { readonly root: string }) | undefined> {
  if (manifest === undefined) return undefined;
  return { ...manifest, root: await root.fromPayload(manifest.root ?? dirname(dataset)) };
}

/** A payload's training as `trainFolder` takes it, with local paths. */
export async function localTraining(
  root: DataRoot,
  dataset: string,
  { manifest, weights, split, ...settings }: TrainingTaskSettings,
) {
  return {
    ...settings,
    ...(await localWeights(root, weights)),
    ...(split !== undefined && { split: await root.fromPayload(split) }),
    ...(await localManifest(root, dataset, manifest)),
  };
}
