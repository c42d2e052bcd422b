import { digestOfTasks, type Task } from '../tasks/task.js';
import { collectShards } from './collect-shards.js';
import { pathStyle } from './payload.js';
import { runFlow } from './run-flow.js';
import type { Submission } from './submission.js';

/**
 * Has every shard of a run done, and brings the results here.
 *
 * @param run.images - How many images all shards hold, for progress.
 * @param run.inputs - What the user named, which decides how paths are said.
 * @returns The files that `mergeShards` reads.
 * @throws ClusterError if shards were set aside; AbortedError.
 */
export async function runShards(
  tasks: readonly Task[],
  run: { readonly submission: Submission; readonly images: number; readonly inputs: readonly string[] },
): Promise<string[]> {
  const { submission, images, inputs } = run;
  const [first] = tasks;
  if (first === undefined) throw new RangeError('there are no shards to run');
  const { version, run: id, storage, listing, reads } = first;
  const collect: Task = { version, run: id, storage, listing, reads, kind: 'collect', of: digestOfTasks(tasks) };
  const tree = { task: collect, children: tasks.map((task) => ({ task })) };
  const { setAside } = (await runFlow(tree, submission, images)) as { setAside?: Record<string, string> };
  const style = pathStyle(inputs);
  const map = (path: string) => submission.root.fromRecord(path, style);
  return collectShards(tasks, setAside ?? {}, { submission, map });
}
