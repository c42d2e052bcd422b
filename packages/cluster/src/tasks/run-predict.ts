import { predictImages } from '@graft-ml/node-adapter';
import { withContents } from './contents.js';
import { mapSkipped } from './data-root.js';
import { localManifest, localWeights } from './local-settings.js';
import { requireListing, requireReadable } from './listing.js';
import type { PredictTask } from './task.js';
import type { TaskContext, TaskResult } from './task-context.js';

/** Runs one shard of a prediction. */
export async function runPredict(task: PredictTask, context: TaskContext): Promise<TaskResult> {
  const { root, signal, onProgress, onNote: onWarning } = context;
  const inputs: string[] = [];
  for (const input of task.inputs) inputs.push(await root.fromPayload(input));
  const { weights, ...settings } = task.settings;
  const { shard: part, listing, contents } = task;
  const manifest = await localManifest(root, task.inputs[0] ?? '', settings.manifest);
  await requireListing({ inputs, manifest, shard: part, listing }, context);
  const local = { ...settings, ...(await localWeights(root, weights)), manifest, shard: part };
  const model = await root.fromPayload(task.model);
  const { document } = await withContents([contents], context, (runtime) =>
    predictImages(model, inputs, { ...local, runtime, signal, onProgress, onWarning }),
  );
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
