import { randomUUID } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FlowProducer, Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { connectRedis } from '../connect-redis.js';
import { queueName } from '../queue.js';
import { openStorage } from '../storage/open-storage.js';
import type { SharedStorage } from '../storage/shared-storage.js';
import { DataRoot } from '../tasks/data-root.js';
import { storeListing, type ListingSource } from '../tasks/listing.js';
import { removeScratch } from '../tasks/task-context.js';
import { clusterVersion } from '../version.js';
import type { ClusterOptions } from './cluster-options.js';

const imagesPerShard = 1000;
const fewestShards = 8;

/** What every submission works with. */
export interface Submission {
  readonly options: ClusterOptions;
  readonly redis: Redis;
  readonly queue: Queue;
  readonly flows: FlowProducer;
  readonly storage: SharedStorage;
  readonly root: DataRoot;
  /** A folder for files that last as long as the submission. */
  readonly scratch: string;
  /** What all payloads of this run hold, and into how many shards its images go. */
  describe(source: ListingSource): Promise<RunDescription>;
}

/** The part of a payload that all jobs of a run share. */
export interface RunDescription {
  readonly common: {
    readonly version: string;
    readonly run: string;
    readonly storage: string;
    readonly listing: {
      readonly fingerprint: string;
      readonly file: { readonly sha256: string; readonly bytes: number };
    };
  };
  readonly shards: readonly { readonly index: number; readonly count: number }[];
  readonly images: number;
}

/** Opens the connections that a submission needs, and closes them however the work ends. */
export async function withSubmission<Result>(
  options: ClusterOptions,
  work: (submission: Submission) => Promise<Result>,
): Promise<Result> {
  const { onNote, signal } = options;
  const root = new DataRoot(options.dataRoot);
  await root.check();
  const storage = await openStorage(options.storage);
  const storageId = await storage.identify();
  const redis = await connectRedis(options.redis, { onNote });
  const queue = new Queue(queueName, { connection: redis });
  const flows = new FlowProducer({ connection: redis });
  // The connection tells of what is wrong with it, once.
  queue.on('error', () => undefined);
  flows.on('error', () => undefined);
  const scratch = await mkdtemp(join(tmpdir(), 'graft-submit-'));
  try {
    return await work({
      ...{ options, redis, queue, flows, storage, root, scratch },
      async describe(source) {
        const { total, ...listing } = await storeListing(source, { root, storage, scratch, ...(signal && { signal }) });
        const count = options.shards ?? Math.max(fewestShards, Math.ceil(total / imagesPerShard));
        return {
          common: {
            version: clusterVersion,
            run: randomUUID().replaceAll('-', ''),
            storage: storageId,
            listing,
          },
          shards: Array.from({ length: count }, (_, index) => ({ index: index + 1, count })),
          images: total,
        };
      },
    });
  } finally {
    await removeScratch(scratch);
    await flows.close();
    await queue.close();
    redis.disconnect();
  }
}
