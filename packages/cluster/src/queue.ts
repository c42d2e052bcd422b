import type { Redis } from 'ioredis';

/** All of graft's jobs wait in one queue; dashboards for BullMQ show it. */
export const queueName = 'graft';

/** How often a job that failed is tried, and the pause after the first failure, which doubles each time. */
export const attempts = 4;
export const firstPauseMs = 1000;

const cancelKey = (run: string) => `graft:cancelled:${run}`;
const CANCEL_SECONDS = 7 * 24 * 3600;

/** Marks a run as cancelled: workers that are at it stop within a second, and nobody begins with it. */
export async function markCancelled(redis: Redis, run: string): Promise<void> {
  await redis.set(cancelKey(run), '1', 'EX', CANCEL_SECONDS);
}

/** True if a run is marked as cancelled. */
export async function isCancelled(redis: Redis, run: string): Promise<boolean> {
  return (await redis.exists(cancelKey(run))) === 1;
}
