import { join } from 'node:path';
import { extractToFile, type ExtractSettings } from '@graft-ml/node-adapter';
import { withContents } from './contents.js';
import { mapSkipped } from './data-root.js';
import { localManifest, localWeights } from './local-settings.js';
import { requireListing, requireReadable } from './listing.js';
import type { ExtractTask } from './task.js';
import type { TaskContext, TaskResult } from './task-context.js';

/** Runs one shard of an extraction. */
export async function runExtract(task: ExtractTask, context: TaskContext): Promise<TaskResult> {
  const { root, storage, signal, onProgress, onNote, scratch } = context;
  const out = join(scratch, 'rows.npy');
  const { weights, ...settings } = task.settings;
  const { shard: part, listing, contents } = task;
  const dataset = await root.fromPayload(task.dataset);
  const manifest = await localManifest(root, task.dataset, settings.manifest);
  await requireListing({ inputs: [dataset], manifest, shard: part, listing }, context);
  const local = { ...settings, ...(await localWeights(root, weights)), manifest, out, shard: part };
  const result = await withContents([contents], context, (runtime) =>
    extractToFile(dataset, local as ExtractSettings, { runtime, signal, onProgress, onNote }),
  );
  await requireReadable(result.skipped, listing, context);
  const map = (path: string) => root.toRecord(path);
  const { shard, paths, skipped, timings: _, file: _file, ...facts } = result;
  if (shard === undefined) throw new TypeError('a shard ran that is none');
  return {
    document: {
      ...facts,
      paths: paths.map(map),
      skipped: mapSkipped(skipped, map),
      shard: { ...shard, skipped: mapSkipped(shard.skipped, map) },
    },
    files: { rows: await storage.put(out) },
    images: paths.length,
  };
}
