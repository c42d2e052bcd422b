import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ClusterError, makeFolder, type SkippedImage } from '@graft-ml/node-adapter';
import { mapSkipped } from '../tasks/data-root.js';
import { readTaskRecord } from '../tasks/task-context.js';
import { taskId, type Task } from '../tasks/task.js';
import type { Submission } from './submission.js';

/**
 * Brings the results of a run's shards here, as the files that `mergeShards` reads.
 * @param map - A record's path as the user says it.
 * @throws ClusterError if shards were set aside, or one's result is not in the storage.
 */
export async function collectShards(
  tasks: readonly Task[],
  setAside: Readonly<Record<string, string>>,
  context: { readonly submission: Submission; readonly map: (path: string) => string },
): Promise<string[]> {
  refuseSetAside(tasks, setAside);
  const { storage, scratch } = context.submission;
  const folder = join(scratch, 'shards');
  await makeFolder(folder);
  const files: string[] = [];
  for (const [index, task] of tasks.entries()) {
    const record = await readTaskRecord(storage, taskId(task));
    if (record === undefined) {
      throw new ClusterError(
        `the storage ${storage.location} lacks the result of shard ${index + 1} of ${tasks.length}; submit the job again`,
        { subject: storage.location },
      );
    }
    const { rows } = record.files;
    const file = join(folder, `${index + 1}${rows === undefined ? '.json' : '.npy'}`);
    if (rows !== undefined) await storage.get(rows, file);
    const document = mapDocument(record.document, context.map);
    await writeFile(rows === undefined ? file : `${file}.shard.json`, JSON.stringify(document));
    files.push(file);
  }
  return files;
}

function refuseSetAside(tasks: readonly Task[], setAside: Readonly<Record<string, string>>): void {
  const ids = tasks.map(taskId);
  const failed = [...ids.keys()].filter((index) => setAside[ids[index] ?? ''] !== undefined);
  if (failed.length === 0) return;
  const lines = failed
    .slice(0, 5)
    .map((index) => `shard ${index + 1}/${ids.length}: ${setAside[ids[index] ?? ''] ?? ''}`);
  throw new ClusterError(
    `${failed.length} of ${tasks.length} shards were set aside, the others are done: ${lines.join('; ')}; ` +
      'put that right, and run the same command: it does only these again',
  );
}

function mapDocument(
  document: Readonly<Record<string, unknown>>,
  map: (path: string) => string,
): Record<string, unknown> {
  const { paths, predictions, skipped, shard, ...facts } = document as {
    paths?: string[];
    predictions?: { path: string }[];
    skipped: SkippedImage[];
    shard: { skipped: SkippedImage[] };
  };
  return {
    ...facts,
    ...(paths && { paths: paths.map(map) }),
    ...(predictions && { predictions: predictions.map((row) => ({ ...row, path: map(row.path) })) }),
    skipped: mapSkipped(skipped, map),
    shard: { ...shard, skipped: mapSkipped(shard.skipped, map) },
  };
}
