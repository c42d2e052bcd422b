import { randomUUID } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeRuntime, type Runtime } from '@graft-ml/node-adapter';
import { FlowProducer, Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { connectRedis } from '../connect-redis.js';
import { queueName } from '../queue.js';
import { openStorage } from '../storage/open-storage.js';
import type { SharedStorage, StoredFile } from '../storage/shared-storage.js';
import { DataRoot } from '../tasks/data-root.js';
import { describeReads, type ReadFile } from '../tasks/contents.js';
import { storeListing, type ListingSource } from '../tasks/listing.js';
import { removeScratch } from '../tasks/task-context.js';
import { clusterVersion } from '../version.js';
import { withinTime } from '../within-time.js';
import type { ClusterOptions } from './cluster-options.js';
import { isTable, isWeightsFile } from './payload.js';

const imagesPerShard = 1000;
const fewestShards = 8;

/** So long Redis may take to end connections. */
const FAREWELL_MS = 2000;

/** What every submission works with. */
export interface Submission {
  readonly options: ClusterOptions;
  readonly redis: Redis;
  readonly queue: Queue;
  readonly flows: FlowProducer;
  readonly storage: SharedStorage;
  readonly root: DataRoot;
  /** This machine's, to check with; no image runs here, and nothing is cached. */
  readonly runtime: Runtime;
  /** A folder for files that last as long as the submission. */
  readonly scratch: string;
  /** What all payloads of this run hold, and into how many shards its images go. */
  describe(source: SubmittedSource): Promise<RunDescription>;
}

/** What a run is of. */
export interface SubmittedSource extends ListingSource {
  /** Files beside the images that jobs read; words such as `imagenet` are passed over. */
  readonly reads?: readonly (string | undefined)[] | undefined;
}

/** The part of a payload that all jobs of a run share. */
export interface RunDescription {
  readonly common: {
    readonly version: string;
    readonly run: string;
    readonly storage: string;
    readonly listing: { readonly fingerprint: string; readonly file: StoredFile };
    readonly reads: ReadFile[];
  };
  /** In order; of each what its images hold, unless names are trusted. */
  readonly shards: readonly RunShard[];
  readonly images: number;
}

/** A shard as it stands in payloads. */
export interface RunShard {
  readonly shard: { readonly index: number; readonly count: number };
  readonly contents: StoredFile | undefined;
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
  const runtime = nodeRuntime({ cache: false, onWarning: onNote });
  try {
    return await work({
      ...{ options, redis, queue, flows, storage, root, runtime, scratch },
      async describe(source) {
        const { total, shards, ...listing } = await storeListing(source, {
          ...{ root, storage, scratch, signal },
          shardCount: (images) => options.shards ?? Math.max(fewestShards, Math.ceil(images / imagesPerShard)),
          trustsNames: options.trustNames ?? false,
        });
        const reads = [...(source.reads ?? []).filter(isWeightsFile), ...source.inputs.filter(isTable)];
        return {
          common: {
            version: clusterVersion,
            run: randomUUID().replaceAll('-', ''),
            storage: storageId,
            listing,
            reads: await describeReads(reads, root),
          },
          shards: shards.map((contents, index) => ({ shard: { index: index + 1, count: shards.length }, contents })),
          images: total,
        };
      },
    });
  } finally {
    await removeScratch(scratch);
    await runtime.close();
    if (redis.status !== 'ready') redis.disconnect();
    await withinTime(Promise.all([flows.close(), queue.close()]), FAREWELL_MS);
    redis.disconnect();
  }
}
