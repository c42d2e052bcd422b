import { mkdtemp } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { isGraftError, nodeRuntime, reasonOf, type ProgressListener, type Runtime } from '@graft-ml/node-adapter';
import { DelayedError, UnrecoverableError, WaitingError, Worker, type Job } from 'bullmq';
import type { Redis } from 'ioredis';
import { connectRedis } from './connect-redis.js';
import { isCancelled, queueName } from './queue.js';
import { openStorage } from './storage/open-storage.js';
import type { SharedStorage } from './storage/shared-storage.js';
import { DataRoot } from './tasks/data-root.js';
import { runTask } from './tasks/run-task.js';
import { readTaskRecord, removeScratch, type TaskContext, type TaskRecord } from './tasks/task-context.js';
import { parseTask, taskId, type Task } from './tasks/task.js';
import { clusterVersion } from './version.js';

/** Options of {@link runWorker}: the flags of `graft worker`. */
export interface WorkerOptions {
  /** `redis://host:6379`; Valkey speaks the same. */
  readonly redis: string;
  /** Where results go: a folder that all machines have mounted, or `s3://bucket/prefix`. */
  readonly storage: string;
  /** The folder below which the data lie on this machine. Default: the current one. */
  readonly dataRoot?: string | undefined;
  /** Jobs at the same time. Default: 1, for a job uses all cores that it gets. */
  readonly concurrency?: number | undefined;
  /** After so many seconds without a sign of life another worker takes over. Default: 60. */
  readonly lockSeconds?: number | undefined;
  /** Ends once nothing has waited for so many seconds. Default: never. */
  readonly idleSeconds?: number | undefined;
  /** A clock in milliseconds since 1970. Default: the machine's. */
  readonly now?: (() => number) | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ProgressListener | undefined;
  readonly onNote?: ((message: string) => void) | undefined;
}

/** What {@link runWorker} did. */
export interface WorkerSummary {
  readonly done: number;
  readonly failed: number;
}

/** A worker that dies so often at one job has met a poisoned one. */
const MOST_DEATHS = 5;
/** Progress is told no more often than this. */
const PROGRESS_MS = 1000;
/** When a job that this worker may not do is offered again, to whom it may concern. */
const REFUSAL_MS = 3000;

/**
 * Works off graft's jobs until it is aborted: the whole of `graft worker`.
 * @throws ClusterError if Redis or the storage cannot be used.
 */
export async function runWorker(options: WorkerOptions): Promise<WorkerSummary> {
  const { onNote, lockSeconds = 60, concurrency = 1 } = options;
  const root = new DataRoot(options.dataRoot);
  await root.check();
  const storage = await openStorage(options.storage);
  const storageId = await storage.identify();
  const redis = await connectRedis(options.redis, { onNote });
  // Results lie in the storage: a feature cache on each machine as well would keep everything twice.
  const runtime: Runtime = { ...nodeRuntime({ onWarning: onNote }), cache: undefined };
  const name = `${hostname()}:${process.pid}`;
  const counts = { done: 0, failed: 0 };
  const host = new JobHost({ redis, storage, storageId, root, runtime, name, options });
  const worker = new Worker<unknown, JobResult>(queueName, (job, token) => host.process(job, token), {
    connection: redis,
    name,
    concurrency,
    lockDuration: lockSeconds * 1000,
    stalledInterval: (lockSeconds * 1000) / 2,
    maxStalledCount: MOST_DEATHS,
  });
  worker.on('error', () => undefined);
  worker.on('completed', () => (counts.done += 1));
  worker.on('failed', (job, error) => {
    counts.failed += 1;
    onNote?.(`job ${job?.id ?? ''} failed: ${error.message}`);
  });
  onNote?.(
    `worker ${name}, version ${clusterVersion}, waits for jobs; data below ${root.folder}, results in ${storage.location}`,
  );
  try {
    await untilEnd(worker, options);
    return counts;
  } finally {
    host.stop();
    await worker.close();
    redis.disconnect();
    await runtime.close();
  }
}

/** Until it is aborted, or has been idle for long enough. */
async function untilEnd(worker: Worker, { signal, idleSeconds }: WorkerOptions): Promise<void> {
  await new Promise<void>((resolve) => {
    if (signal?.aborted === true) resolve();
    signal?.addEventListener('abort', () => resolve(), { once: true });
    if (idleSeconds === undefined) return;
    let timer: NodeJS.Timeout | undefined;
    const wait = () => (timer = setTimeout(resolve, idleSeconds * 1000));
    worker.on('active', () => clearTimeout(timer));
    worker.on('drained', () => {
      clearTimeout(timer);
      wait();
    });
    wait();
  });
}

interface HostParts {
  readonly redis: Redis;
  readonly storage: SharedStorage;
  readonly storageId: string;
  readonly root: DataRoot;
  readonly runtime: Runtime;
  readonly name: string;
  readonly options: WorkerOptions;
}

/** Runs one job after another for a worker. */
class JobHost {
  readonly #parts: HostParts;
  readonly #running = new Set<AbortController>();

  constructor(parts: HostParts) {
    this.#parts = parts;
  }

  /** Aborts what runs. */
  stop(): void {
    for (const controller of this.#running) controller.abort();
  }

  async process(job: Job<unknown, JobResult>, token: string | undefined): Promise<JobResult> {
    const task = this.#accept(job);
    const refusal = this.#refusal(task);
    if (refusal !== undefined) {
      // Another worker may do it: it waits, and does not count as tried.
      await job.updateProgress({ refused: refusal });
      this.#parts.options.onNote?.(refusal);
      const { now = () => Date.now() } = this.#parts.options;
      await job.moveToDelayed(now() + REFUSAL_MS, token);
      throw new DelayedError();
    }
    const id = taskId(task);
    const { storage, redis } = this.#parts;
    if (await isCancelled(redis, task.run)) throw new UnrecoverableError('cancelled');
    const known = task.kind === 'collect' ? undefined : await readTaskRecord(storage, id);
    if (known !== undefined) return { images: known.images, seconds: known.seconds, worker: known.worker };
    return this.#run(job, task, token);
  }

  #accept(job: Job<unknown>): Task {
    try {
      return parseTask(job.data, job.id ?? job.name);
    } catch (error) {
      throw new UnrecoverableError(reasonOf(error));
    }
  }

  #refusal(task: Task): string | undefined {
    const { name, storageId, storage } = this.#parts;
    if (task.version !== clusterVersion) {
      return `worker ${name} is of version ${clusterVersion}, the job of ${task.version}: it waits for a worker of ${task.version}`;
    }
    if (task.storage !== storageId) {
      return `worker ${name} uses another storage (${storage.location}) than the submitter: the job waits for a worker with the same`;
    }
    return undefined;
  }

  async #run(job: Job<unknown, JobResult>, task: Task, token: string | undefined): Promise<JobResult> {
    const { redis, storage, root, runtime, name, options } = this.#parts;
    const controller = new AbortController();
    this.#running.add(controller);
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
      signal: controller.signal,
      onProgress: (progress) => {
        tell(progress);
        options.onProgress?.(progress);
      },
      onNote: (message) => options.onNote?.(message),
    };
    try {
      const begin = performance.now();
      const result = await runTask(task, context, job);
      const seconds = (performance.now() - begin) / 1000;
      const record: TaskRecord = { ...result, seconds, worker: name };
      if (task.kind !== 'collect') await storage.writeRecord(taskId(task), record);
      return {
        images: record.images,
        seconds,
        worker: name,
        ...(task.kind === 'collect' && { document: record.document }),
      };
    } catch (error) {
      if (state.cancelled) throw new UnrecoverableError('cancelled');
      if (isGraftError(error) && error.code === 'ABORTED') {
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
}

/** What a job tells of itself when it is done; its results lie in the storage. */
export interface JobResult {
  readonly images: number;
  readonly seconds: number;
  readonly worker: string;
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
