import { AbortedError, ClusterError, type Progress } from '@graft-ml/node-adapter';
import type { FlowJob, Job, JobsOptions } from 'bullmq';
import { attempts as usualAttempts, firstPauseMs, isCancelled, markCancelled, queueName } from '../queue.js';
import { taskId, type Task } from '../tasks/task.js';
import type { Submission } from './submission.js';

/** A task and the tasks that have to be done before it. */
export interface TaskTree {
  readonly task: Task;
  readonly children?: readonly TaskTree[];
}

/** How often the queue is asked how things are. */
const POLL_MS = 250;

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
  if (!alive.has(root)) await flows.add(flowOf(tree, options));
  else options.onNote?.(`these jobs are in the queue already: joining them (${root})`);
  try {
    return await watch(root, ids, { submission, images });
  } catch (error) {
    if (options.signal?.aborted === true) await cancel(ids, submission);
    throw error;
  }
}

function idsOf(tree: TaskTree): string[] {
  return [taskId(tree.task), ...(tree.children ?? []).flatMap(idsOf)];
}

function flowOf({ task, children }: TaskTree, options: Submission['options'], isChild = false): FlowJob {
  const { priority, attempts = usualAttempts } = options;
  const opts: JobsOptions = {
    jobId: taskId(task),
    attempts,
    backoff: { type: 'exponential', delay: firstPauseMs },
    ...(priority !== undefined && { priority }),
    // A shard that cannot be done is set aside; the others go on, and the parent tells of it.
    ...(isChild && { ignoreDependencyOnFailure: true }),
    // Results lie in the storage; the queue need not remember for ever.
    removeOnComplete: { age: 7 * 24 * 3600 },
    removeOnFail: { age: 7 * 24 * 3600 },
  };
  const base = { name: task.kind, queueName, data: task, opts };
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
    if (options.signal?.aborted === true)
      throw new AbortedError(
        'stopped: the jobs were cancelled; what is done is kept, and the same command goes on from there',
      );
    const job = await queue.getJob(root);
    if (job === undefined)
      throw new ClusterError(
        'the jobs are gone from the queue: somebody removed them, or Redis lost them; submit them again',
      );
    const state = await job.getState();
    await follower.look();
    if (state === 'completed')
      return (job.returnvalue as { document?: Record<string, unknown> } | null)?.document ?? {};
    if (state === 'failed')
      throw new ClusterError(job.failedReason === '' ? 'the job failed' : job.failedReason, { subject: root });
    await pause(options.signal);
  }
}

/** Tells of jobs as they go: progress as images, failures and refusals as lines. */
class Follower {
  readonly #ids: readonly string[];
  readonly #context: { readonly submission: Submission; readonly images: number };
  readonly #finished = new Map<string, number>();
  readonly #told = new Set<string>();
  #last = 0;

  constructor(ids: readonly string[], context: { readonly submission: Submission; readonly images: number }) {
    this.#ids = ids;
    this.#context = context;
  }

  async look(): Promise<void> {
    const { submission, images } = this.#context;
    let running = 0;
    for (const id of this.#ids.filter((each) => !this.#finished.has(each)).slice(1)) {
      const job = (await submission.queue.getJob(id)) as Job | undefined;
      if (job === undefined) continue;
      if (job.finishedOn !== undefined) {
        this.#finished.set(id, (job.returnvalue as { images?: number } | null)?.images ?? 0);
        if (job.returnvalue === null) this.#tell(`${id} was set aside: ${job.failedReason}`);
      } else {
        running += this.#progressOf(job);
        if (job.failedReason) this.#tell(`${id}, attempt ${job.attemptsMade}: ${job.failedReason}; it is tried again`);
      }
    }
    const done = Math.min(images, running + [...this.#finished.values()].reduce((sum, count) => sum + count, 0));
    if (done > this.#last) submission.options.onProgress?.({ stage: 'features', done, total: images });
    this.#last = Math.max(done, this.#last);
  }

  #progressOf(job: Job): number {
    const progress = job.progress as (Partial<Progress> & { refused?: string }) | number | string | boolean;
    if (typeof progress !== 'object') return 0;
    if (progress.refused !== undefined) this.#tell(progress.refused);
    return progress.stage === 'features' ? (progress.done ?? 0) : 0;
  }

  #tell(message: string): void {
    if (this.#told.has(message)) return;
    this.#told.add(message);
    this.#context.submission.options.onNote?.(message);
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
