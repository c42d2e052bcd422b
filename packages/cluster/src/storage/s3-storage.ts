import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
  type PutObjectCommandInput,
} from '@aws-sdk/client-s3';
import { ClusterError, reasonOf } from '@graft-ml/node-adapter';
import { requireSame } from './folder-storage.js';
import { identityPath, objectPath, recordPath, type SharedStorage } from './shared-storage.js';

/** One request stores at most so much; a shard of 1,000 images takes a fiftieth of it. */
const MAX_BYTES = 5 * 2 ** 30;

/**
 * A storage in an S3-compatible bucket, `s3://bucket/prefix`. Address, region and keys come from the environment, as every S3
 * client has them: `AWS_ENDPOINT_URL_S3`, `AWS_REGION`, `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, or a profile.
 */
export function s3Storage(location: string): SharedStorage {
  const { bucket, prefix } = parseLocation(location);
  // Servers that are not Amazon's have no domain for each bucket.
  const client = new S3Client({
    // Checksums of their own kind are Amazon's; all servers know SHA-256 of the file's name, which is checked when it is read.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    forcePathStyle: process.env['AWS_ENDPOINT_URL_S3'] !== undefined || process.env['AWS_ENDPOINT_URL'] !== undefined,
    ...(process.env['AWS_REGION'] === undefined && { region: 'us-east-1' }),
  });
  const at = (path: string) => ({ Bucket: bucket, Key: prefix === '' ? path : `${prefix}/${path}` });
  const failure = (what: string, cause: unknown): ClusterError =>
    new ClusterError(`the storage ${location} ${what}: ${explain(cause, bucket)}`, { subject: location, cause });
  const put = (path: string, rest: Omit<PutObjectCommandInput, 'Bucket' | 'Key'>) =>
    client.send(new PutObjectCommand({ ...at(path), ...rest }));
  const readText = async (path: string): Promise<string | undefined> => {
    try {
      const { Body } = await client.send(new GetObjectCommand(at(path)));
      return await Body?.transformToString();
    } catch (cause) {
      if ((cause as Error).name === 'NoSuchKey') return undefined;
      throw failure('cannot be read', cause);
    }
  };

  return {
    location,
    async identify() {
      if ((await readText(identityPath)) === undefined) {
        const own = JSON.stringify({ id: randomUUID() });
        try {
          await put(identityPath, { Body: own, IfNoneMatch: '*' });
        } catch (cause) {
          // Another machine was faster: its name counts.
          if (!['PreconditionFailed', 'ConditionalRequestConflict'].includes((cause as Error).name)) {
            throw failure('cannot be written', cause);
          }
        }
      }
      const text = await readText(identityPath);
      const id = text === undefined ? undefined : (JSON.parse(text) as { id?: unknown }).id;
      if (typeof id === 'string') return id;
      throw failure('cannot be used', new Error(`${identityPath} is damaged`));
    },
    async put(file) {
      const stored = { sha256: await sha256Of(file), bytes: (await stat(file)).size };
      if (stored.bytes > MAX_BYTES) {
        throw new ClusterError(
          `a shard of ${stored.bytes} bytes is too large for one request to ${location}; cut the data set into more shards`,
        );
      }
      try {
        await put(objectPath(stored), { Body: createReadStream(file), ContentLength: stored.bytes });
      } catch (cause) {
        throw failure('cannot be written', cause);
      }
      return stored;
    },
    async get(wanted, file) {
      const hash = createHash('sha256');
      let bytes = 0;
      try {
        const { Body } = await client.send(new GetObjectCommand(at(objectPath(wanted))));
        await pipeline(
          Body as Readable,
          async function* (source: AsyncIterable<Buffer>) {
            for await (const chunk of source) {
              hash.update(chunk);
              bytes += chunk.length;
              yield chunk;
            }
          },
          createWriteStream(file),
        );
      } catch (cause) {
        throw failure(`does not give out ${wanted.sha256}`, cause);
      }
      requireSame(location, wanted, { sha256: hash.digest('hex'), bytes });
    },
    async has(wanted) {
      try {
        const { ContentLength } = await client.send(new HeadObjectCommand(at(objectPath(wanted))));
        return ContentLength === wanted.bytes;
      } catch (cause) {
        if (['NotFound', 'NoSuchKey'].includes((cause as Error).name)) return false;
        throw failure('cannot be read', cause);
      }
    },
    async readRecord(key) {
      const text = await readText(recordPath(key));
      try {
        return text === undefined ? undefined : (JSON.parse(text) as unknown);
      } catch {
        return undefined;
      }
    },
    async writeRecord(key, record) {
      try {
        await put(recordPath(key), { Body: JSON.stringify(record), ContentType: 'application/json' });
      } catch (cause) {
        throw failure('cannot be written', cause);
      }
    },
  };
}

function parseLocation(location: string): { readonly bucket: string; readonly prefix: string } {
  const [, bucket, prefix = ''] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/.exec(location) ?? [];
  if (bucket === undefined) {
    throw new RangeError(`storage ${JSON.stringify(location)} names no bucket; expected s3://bucket/prefix`);
  }
  return { bucket, prefix: prefix.replace(/\/+$/, '') };
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

function explain(cause: unknown, bucket: string): string {
  const { name, code } = cause as Error & { code?: string };
  if (name === 'NoSuchBucket') return `there is no bucket ${bucket}; make it`;
  if (name === 'AccessDenied' || name === 'SignatureDoesNotMatch' || name === 'InvalidAccessKeyId') {
    return `the server refuses these keys (${name}); check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY`;
  }
  if (name === 'CredentialsProviderError') return 'no keys were found; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY';
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND') return `no server answers (${code}); check AWS_ENDPOINT_URL_S3`;
  if (name === 'NoSuchKey') return 'it is not there; do all machines use the same storage?';
  return reasonOf(cause);
}
