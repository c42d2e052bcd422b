import { UnrecoverableError } from 'bullmq';
import type { TaskChildren, TaskContext, TaskResult } from './task-context.js';

/** Says which jobs of a run were set aside, and why: the last job of each flow. */
export async function runCollect({ children }: Pick<TaskContext, 'children'>): Promise<TaskResult> {
  return { document: { setAside: await children.failures() }, files: {}, images: 0 };
}

/**
 * Makes sure that nothing a task builds on was set aside. Trying again would not help.
 * @throws UnrecoverableError with the first reason.
 */
export async function requireChildren(children: TaskChildren, what: string): Promise<void> {
  const failures = Object.entries(await children.failures());
  const [first] = failures;
  if (first === undefined) return;
  const [id, reason] = first;
  // A job that was set aside since it lacked another one says so itself.
  if (!/^(features|fold)-/.test(id)) throw new UnrecoverableError(reason);
  const parts = id.startsWith('fold-') ? 'folds' : 'shards';
  throw new UnrecoverableError(
    `${what} lacks ${failures.length} of its ${parts}, which ${failures.length === 1 ? 'was' : 'were'} set aside: ${reason}; ` +
      'put that right, and run the same command: it does only what is left',
  );
}
