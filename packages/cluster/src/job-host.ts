import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reasonOf, throwIfAborted, type ProgressListener, type Runtime } from '@graft-ml/node-adapter';
import { DelayedError, UnrecoverableError, WaitingChildrenError, WaitingError, type Job, type Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { isCancelled, jobOptions } from './queue.js';
import type { SharedStorage } from './storage/shared-storage.js';
import { requireReads } from './tasks/contents.js';
import type { DataRoot } from './tasks/data-root.js';
import { runTask } from './tasks/run-task.js';
import {
  readTaskRecord,
  removeScratch,
  type TaskChildren,
  type TaskContext,
  type TaskRecord,
} from './tasks/task-context.js';
import { parseTask, taskId, type Task } from './tasks/task.js';
import { clusterVersion } from './version.js';
import type { WorkerOptions } from './worker.js';

/** Progress is told no more often than this. */
const PROGRESS_MS = 1000;

/** When a job that this worker may not do is offered again, to whom it may concern. */
const REFUSAL_MS = 3000;

/** What a worker does its jobs with. */
export interface HostParts {
  readonly redis: Redis;
  readonly queue: Queue<unknown, JobResult>;
  readonly storage: SharedStorage;
  readonly storageId: string;
  readonly root: DataRoot;
  readonly runtime: Runtime;
  readonly name: string;
  readonly options: WorkerOptions;
}

/** Runs one job after another for a worker. */
export class JobHost {
  readonly #parts: HostParts;
  readonly #running = new Set<AbortController>();
  #isStopping = false;

  constructor(parts: HostParts) {
    this.#parts = parts;
  }

  /** Aborts what runs, and what might still begin. */
  stop(): void {
    this.#isStopping = true;
    for (const controller of this.#running) controller.abort();
  }

  async process(job: Job<unknown, JobResult>, token: string | undefined): Promise<JobResult> {
    // What another version wrote need not even be readable here.
    const otherVersion = this.#refuseVersion(job.data);
    if (otherVersion !== undefined) return this.#leave(job, { refusal: otherVersion, token });
    const task = this.#accept(job);
    const otherStorage = this.#refuseStorage(task);
    if (otherStorage !== undefined) return this.#leave(job, { refusal: otherStorage, token });
    const id = taskId(task);
    const { storage, redis } = this.#parts;
    if (await isCancelled(redis, task.run)) throw new UnrecoverableError('cancelled');
    const known = task.kind === 'collect' ? undefined : await readTaskRecord(storage, id);
    if (known !== undefined) return { images: known.images, seconds: known.seconds, worker: known.worker };
    return this.#run(job, task, token);
  }

  #now(): number {
    return this.#parts.options.now?.() ?? Date.now();
  }

  #accept(job: Job<unknown>): Task {
    try {
      return parseTask(job.data, job.id ?? job.name);
    } catch (error) {
      throw new UnrecoverableError(reasonOf(error));
    }
  }

  #refuseVersion(data: unknown): string | undefined {
    const version = typeof data === 'object' && data !== null && 'version' in data ? data.version : undefined;
    if (typeof version !== 'string' || version === clusterVersion) return undefined;
    const { name } = this.#parts;
    const theirs = /^[\w.+-]{1,40}$/.test(version) ? version : 'another';
    return `worker ${name} is of version ${clusterVersion}, the job of ${theirs}: it waits for a worker of ${theirs}`;
  }

  #refuseStorage(task: Task): string | undefined {
    const { name, storageId, storage } = this.#parts;
    if (task.storage === storageId) return undefined;
    return `worker ${name} uses another storage (${storage.location}) than the submitter: the job waits for a worker with the same`;
  }

  /** Another worker may do it: it waits, and does not count as tried. */
  async #leave(
    job: Job<unknown, JobResult>,
    { refusal, token }: { readonly refusal: string; readonly token: string | undefined },
  ): Promise<never> {
    await job.updateProgress({ refused: refusal });
    this.#parts.options.onNote?.(refusal);
    await job.moveToDelayed(this.#now() + REFUSAL_MS, token);
    throw new DelayedError();
  }

  async #run(job: Job<unknown, JobResult>, task: Task, token: string | undefined): Promise<JobResult> {
    const { redis, storage, root, runtime, name, options } = this.#parts;
    const controller = new AbortController();
    this.#running.add(controller);
    if (this.#isStopping) controller.abort();
    const state = { cancelled: false };
    const watch = setInterval(() => {
      void isCancelled(redis, task.run).then(
        (is) => {
          if (!is) return;
          state.cancelled = true;
          controller.abort();
        },
        () => undefined,
      );
    }, PROGRESS_MS);
    const scratch = await mkdtemp(join(tmpdir(), 'graft-job-'));
    const tell = throttled((progress) => void job.updateProgress(progress).catch(() => undefined));
    const context: TaskContext = {
      root,
      storage,
      runtime,
      scratch,
      worker: name,
      children: this.#childrenOf(job, token),
      signal: controller.signal,
      onProgress: (progress) => {
        tell(progress);
        options.onProgress?.(progress);
      },
      onNote: (message) => options.onNote?.(message),
      clock: () => new Date(this.#now()),
    };
    try {
      const begin = performance.now();
      throwIfAborted(controller.signal);
      await requireReads(task.reads, context);
      const { figures, ...result } = await runTask(task, context);
      const seconds = (performance.now() - begin) / 1000;
      const record: TaskRecord = { ...result, seconds, worker: name };
      if (task.kind !== 'collect') await storage.writeRecord(taskId(task), record);
      return {
        images: record.images,
        seconds,
        worker: name,
        ...(figures && { figures }),
        ...(task.kind === 'collect' && { document: record.document }),
      };
    } catch (error) {
      if (error instanceof WaitingChildrenError) throw error;
      if (state.cancelled) throw new UnrecoverableError('cancelled');
      if (controller.signal.aborted) {
        // This worker is stopping; the job goes on elsewhere, and does not count as tried.
        await job.moveToWait(token);
        throw new WaitingError();
      }
      // Arguments that are wrong here are wrong everywhere.
      if (error instanceof RangeError || error instanceof TypeError) throw new UnrecoverableError(error.message);
      throw error;
    } finally {
      clearInterval(watch);
      this.#running.delete(controller);
      await removeScratch(scratch);
    }
  }

  #childrenOf(job: Job<unknown, JobResult>, token: string | undefined): TaskChildren {
    const { queue } = this.#parts;
    return {
      failures: async () => {
        const failures = await job.getIgnoredChildrenFailures();
        return Object.fromEntries(
          Object.entries(failures).map(([key, reason]) => [key.slice(key.lastIndexOf(':') + 1), reason]),
        );
      },
      waitFor: async (tasks) => {
        const parent = { id: job.id ?? '', queue: job.queueQualifiedName };
        const { attempts, priority } = job.opts;
        await queue.addBulk(
          tasks.map((task) => ({
            name: task.kind,
            data: task,
            opts: { ...jobOptions(task, { attempts, priority }, true), parent },
          })),
        );
        if (await job.moveToWaitingChildren(token ?? '')) throw new WaitingChildrenError();
      },
    };
  }
}

/** What a job tells of itself when it is done; its results lie in the storage. */
export interface JobResult {
  readonly images: number;
  readonly seconds: number;
  readonly worker: string;
  readonly figures?: Readonly<Record<string, number>>;
  readonly document?: Readonly<Record<string, unknown>>;
}

function throttled(tell: (progress: Parameters<ProgressListener>[0]) => void): ProgressListener {
  let last = Number.NEGATIVE_INFINITY;
  return (progress) => {
    const now = performance.now();
    if (now - last < PROGRESS_MS && progress.done < progress.total) return;
    last = now;
    tell(progress);
  };
}
