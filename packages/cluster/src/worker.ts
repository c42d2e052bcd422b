import { hostname } from 'node:os';
import { nodeRuntime, type ProgressListener, type Runtime } from '@graft-ml/node-adapter';
import { Queue, Worker } from 'bullmq';
import { connectRedis } from './connect-redis.js';
import { JobHost, type JobResult } from './job-host.js';
import { queueName } from './queue.js';
import { openStorage } from './storage/open-storage.js';
import { DataRoot } from './tasks/data-root.js';
import { clusterVersion } from './version.js';
import { withinTime } from './within-time.js';

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
/** So long a worker that ends waits for Redis to take its jobs back. Else they go to others after the lock's time. */
const FAREWELL_MS = 5000;

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
  const queue = new Queue<unknown, JobResult>(queueName, { connection: redis });
  queue.on('error', () => undefined);
  const host = new JobHost({ redis, queue, storage, storageId, root, runtime, name, options });
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
    if (redis.status === 'ready') await withinTime(worker.close(), FAREWELL_MS);
    redis.disconnect();
    await withinTime(Promise.all([worker.close(true), queue.close()]), FAREWELL_MS);
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
