import type { JobsOptions } from 'bullmq';
import type { Redis } from 'ioredis';
import { taskId, type Task } from './tasks/task.js';

/** All of graft's jobs wait in one queue; dashboards for BullMQ show it. */
export const queueName = 'graft';

/** How often a job that fails is tried in all, and the pause after the first failure, which doubles each time. */
const usualAttempts = 4;
const firstPauseMs = 1000;

const REMEMBER_SECONDS = 7 * 24 * 3600;

const cancelKey = (run: string) => `graft:cancelled:${run}`;

/** How a task stands in the queue. @param isChild - Whether another task waits for it. */
export function jobOptions(
  task: Task,
  {
    attempts = usualAttempts,
    priority,
  }: { readonly attempts?: number | undefined; readonly priority?: number | undefined },
  isChild: boolean,
): JobsOptions {
  return {
    jobId: taskId(task),
    attempts,
    backoff: { type: 'exponential', delay: firstPauseMs },
    ...(priority !== undefined && priority > 0 && { priority }),
    // A shard that cannot be done is set aside; the others go on, and the parent tells of it.
    ...(isChild && { ignoreDependencyOnFailure: true }),
    // Results lie in the storage; the queue need not remember for ever.
    removeOnComplete: { age: REMEMBER_SECONDS },
    removeOnFail: { age: REMEMBER_SECONDS },
  };
}

/** Marks a run as cancelled: workers that are at it stop within a second, and nobody begins with it. */
export async function markCancelled(redis: Redis, run: string): Promise<void> {
  await redis.set(cancelKey(run), '1', 'EX', REMEMBER_SECONDS);
}

/** True if a run is marked as cancelled. */
export async function isCancelled(redis: Redis, run: string): Promise<boolean> {
  return (await redis.exists(cancelKey(run))) === 1;
}
