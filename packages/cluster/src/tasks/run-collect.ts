import { ClusterError } from '@graft-ml/node-adapter';
import type { Job } from 'bullmq';
import type { TaskResult } from './run-task.js';

/** Says which jobs of a run were set aside, and why: the last job of each flow. */
export async function runCollect(job: Pick<Job, 'getIgnoredChildrenFailures'>): Promise<TaskResult> {
  return { document: { setAside: await setAside(job) }, files: {}, images: 0 };
}

/** The children that failed for good, by the ids of their jobs. */
async function setAside(job: Pick<Job, 'getIgnoredChildrenFailures'>): Promise<Record<string, string>> {
  const failures = await job.getIgnoredChildrenFailures();
  return Object.fromEntries(
    Object.entries(failures).map(([key, reason]) => [key.slice(key.lastIndexOf(':') + 1), reason]),
  );
}

/** @throws ClusterError if a child was set aside: what builds on all of them cannot be done. */
export async function requireChildren(job: Pick<Job, 'getIgnoredChildrenFailures'>, what: string): Promise<void> {
  const failures = Object.values(await setAside(job));
  if (failures.length === 0) return;
  throw new ClusterError(
    `${what} lacks ${failures.length} of its shards, which were set aside: ${failures[0] ?? ''}; submit it again`,
  );
}
