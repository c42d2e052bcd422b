import { predictImages } from '@graft-ml/node-adapter';
import { mapSkipped } from './data-root.js';
import { localManifest, localWeights } from './local-settings.js';
import { requireListing, requireReadable } from './listing.js';
import type { PredictTask } from './task.js';
import type { TaskContext, TaskRecord } from './task-context.js';

/** Runs one shard of a prediction. */
export async function runPredict(
  task: PredictTask,
  context: TaskContext,
): Promise<Omit<TaskRecord, 'seconds' | 'worker'>> {
  const { root, runtime, signal, onProgress, onNote: onWarning } = context;
  const inputs: string[] = [];
  for (const input of task.inputs) inputs.push(await root.fromPayload(input));
  const { weights, ...settings } = task.settings;
  const { shard: part, listing } = task;
  const manifest = await localManifest(root, task.inputs[0] ?? '', settings.manifest);
  await requireListing({ inputs, manifest, shard: part, listing }, context);
  const local = { ...settings, ...(await localWeights(root, weights)), manifest, shard: part };
  const surroundings = { runtime, signal, onProgress, onWarning };
  const { document } = await predictImages(await root.fromPayload(task.model), inputs, {
    ...local,
    ...surroundings,
  });
  await requireReadable(document.skipped, listing, context);
  const map = (path: string) => root.toRecord(path);
  const { predictions, skipped, shard, ...facts } = document;
  if (shard === undefined) throw new TypeError('a shard ran that is none');
  return {
    document: {
      ...facts,
      predictions: predictions.map((row) => ({ ...row, path: map(row.path) })),
      skipped: mapSkipped(skipped, map),
      shard: { ...shard, skipped: mapSkipped(shard.skipped, map) },
    },
    files: {},
    images: predictions.length,
  };
}
