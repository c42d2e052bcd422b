import { AbortedError, ClusterError, throwIfAborted } from '@graft-ml/node-adapter';
import type { FlowJob, Job } from 'bullmq';
import { isCancelled, jobOptions, markCancelled, queueName } from '../queue.js';
import { taskId, type Task } from '../tasks/task.js';
import { withinTime } from '../within-time.js';
import { Follower } from './follower.js';
import type { Submission } from './submission.js';

/** A task and the tasks that have to be done before it. */
export interface TaskTree {
  readonly task: Task;
  readonly children?: readonly TaskTree[];
  /** Tasks that this one will submit by itself. */
  readonly later?: readonly Task[];
}

/** How often the queue is asked how things are. */
const POLL_MS = 250;

/** So long Redis may take to cancel jobs. */
const FAREWELL_MS = 5000;

/**
 * Submits tasks and waits until the last of them is done. What an earlier run finished is not done again, and what it left
 * waiting or running is joined.
 *
 * @param images - How many images all shards hold, for progress.
 * @returns What the root's job said of itself.
 * @throws ClusterError if the root failed; AbortedError if aborted, once the run is cancelled.
 */
export async function runFlow(
  tree: TaskTree,
  submission: Submission,
  images: number,
): Promise<Readonly<Record<string, unknown>>> {
  const { flows, options } = submission;
  const ids = idsOf(tree);
  const root = taskId(tree.task);
  const alive = await removeFinished(ids, submission);
  if (alive.has(root)) {
    options.onNote?.(`these jobs are in the queue already: joining them (${root})`);
  } else {
    await flows.add(flowOf(tree, options));
    options.onNote?.(`submitted ${ids.length} jobs; waiting for workers to do them`);
  }
  try {
    return await watch(root, ids, { submission, images });
  } catch (error) {
    if (options.signal?.aborted !== true) throw error;
    if (await withinTime(cancel(ids, submission), FAREWELL_MS)) {
      throw new AbortedError(
        'stopped: the jobs were cancelled; what is done is kept, and the same command goes on from there',
      );
    }
    throw new AbortedError(
      'stopped, but Redis does not answer: the jobs are still in its queue; the same command joins them',
    );
  }
}

function idsOf(tree: TaskTree): string[] {
  return [taskId(tree.task), ...(tree.children ?? []).flatMap(idsOf), ...(tree.later ?? []).map(taskId)];
}

function flowOf({ task, children }: TaskTree, options: Submission['options'], isChild = false): FlowJob {
  const base = { name: task.kind, queueName, data: task, opts: jobOptions(task, options, isChild) };
  if (children === undefined || children.length === 0) return base;
  return { ...base, children: children.map((child) => flowOf(child, options, true)) };
}

/** Takes jobs of earlier runs away that will not move any more. @returns The ids of those that will. */
async function removeFinished(ids: readonly string[], { queue, redis }: Submission): Promise<Set<string>> {
  const alive = new Set<string>();
  // The root first: while it waits for them, its children are its own.
  for (const id of ids) {
    const job = (await queue.getJob(id)) as Job<Task> | undefined;
    if (job === undefined) continue;
    const state = await job.getState();
    const isOver = state === 'completed' || state === 'failed' || (await isCancelled(redis, job.data.run));
    if (isOver) await job.remove({ removeChildren: false }).catch(() => undefined);
    else alive.add(id);
  }
  return alive;
}

async function watch(
  root: string,
  ids: readonly string[],
  context: { readonly submission: Submission; readonly images: number },
): Promise<Readonly<Record<string, unknown>>> {
  const { queue, options } = context.submission;
  const follower = new Follower(ids, context);
  for (;;) {
    const job = await unlessAborted(queue.getJob(root), options.signal);
    if (job === undefined)
      throw new ClusterError(
        'the jobs are gone from the queue: somebody removed them, or Redis lost them; submit them again',
      );
    const state = await unlessAborted(job.getState(), options.signal);
    await unlessAborted(follower.look(), options.signal);
    if (state === 'completed')
      return (job.returnvalue as { document?: Record<string, unknown> } | null)?.document ?? {};
    if (state === 'failed')
      throw new ClusterError(job.failedReason === '' ? 'the job failed' : job.failedReason, { subject: root });
    await pause(options.signal);
  }
}

/** Takes back what waits, and lets workers stop what runs. */
async function cancel(ids: readonly string[], { queue, redis }: Submission): Promise<void> {
  for (const id of ids) {
    const job = (await queue.getJob(id)) as Job<Task> | undefined;
    if (job === undefined) continue;
    await markCancelled(redis, job.data.run);
    // One that runs is locked: it fails by itself within a second.
    await job.remove({ removeChildren: false }).catch(() => undefined);
  }
}

/** An answer that Redis may not give for a while. @throws AbortedError. */
async function unlessAborted<Answer>(answer: Promise<Answer>, signal: AbortSignal | undefined): Promise<Answer> {
  throwIfAborted(signal);
  if (signal === undefined) return answer;
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(new AbortedError('stopped'));
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([answer, aborted]);
  } finally {
    if (stop !== undefined) signal.removeEventListener('abort', stop);
  }
}

async function pause(signal: AbortSignal | undefined): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(done, POLL_MS);
    function done(): void {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    }
    signal?.addEventListener('abort', done, { once: true });
  });
}
