import { rm, stat } from 'node:fs/promises';
import { extname } from 'node:path';
import type { Engine, ExtractedFeatures } from '@graft-ml/core';
import type { Shard, ShardStamp } from '@graft-ml/core/shards';
import type { ListedShard } from '../../datasets/list-shard.js';
import type { ExtractResult, ListedFailure } from '../extract-to-file.js';
import {
  finishedShard,
  sha256OfFile,
  shardDocumentPath,
  writeShardDocument,
  type ShardDocument,
} from './shard-file.js';
import { readFeaturesDocument } from './shard-rows.js';

/** A shard of an extraction: what it is to be made of. */
export interface ExtractShard {
  readonly shard: Shard;
  readonly file: string;
  readonly listed: ListedShard;
  readonly features: Pick<ExtractedFeatures, 'digest' | 'precision' | 'shape'>;
  readonly engine: Pick<Engine, 'name' | 'version'>;
}

/** A shard's result. */
export type ExtractShardResult = ExtractResult & Required<Pick<ExtractResult, 'shard' | 'digest'>>;

/** @throws RangeError for a kind of file whose rows cannot be found again one by one. */
export function checkShardableRows(file: string): void {
  if (['.npy', '.safetensors'].includes(extname(file).toLowerCase())) return;
  throw new RangeError(
    `--out is ${file}; a shard is written as .npy or .safetensors, and graft merge writes any of them, and .parquet`,
  );
}

/** The result of this very shard, if an earlier run finished it. */
export async function finishedExtract(job: ExtractShard): Promise<ExtractShardResult | undefined> {
  const found = await finishedShard(job.file, { ...identity(job) });
  if (found === undefined || !isWhole(found, job.file)) return undefined;
  return found as unknown as ExtractShardResult;
}

/** Writes the stamp of a shard that has run, beside its file. */
export async function stampExtract(
  result: ExtractResult,
  job: ExtractShard & { readonly failures: readonly ListedFailure[] },
): Promise<ExtractShardResult> {
  const { listed, failures, file } = job;
  const failed = new Set(failures.map(({ index }) => index));
  const shard: ShardStamp = {
    format: 'graft-shard',
    version: 1,
    ...identity(job),
    unused: listed.unused,
    places: listed.places.filter((_, index) => !failed.has(index)),
    skipped: [
      ...listed.skipped.map(({ path, reason }) => ({ path, reason, place: null })),
      ...failures.map(({ path, reason, index }) => ({ path, reason, place: listed.places[index] ?? 0 })),
    ],
  };
  const document = shardDocumentPath(file);
  // A stamp of an earlier file must not stand beside this one.
  await rm(document, { force: true });
  const digest = { bytes: (await stat(file)).size, sha256: await sha256OfFile(file) };
  const stamped = { ...result, digest, shard };
  await writeShardDocument(document, { ...stamped });
  return stamped;
}

/** A document that was changed by hand counts as none. */
function isWhole(document: ShardDocument, file: string): boolean {
  try {
    readFeaturesDocument(document, file);
    return true;
  } catch {
    return false;
  }
}

function identity({ shard, listed, features, engine }: ExtractShard) {
  return {
    kind: 'features' as const,
    index: shard.index,
    count: shard.count,
    total: listed.total,
    fingerprints: {
      'data set': listed.fingerprint,
      engine: engine.version === undefined ? engine.name : `${engine.name} ${engine.version}`,
      precision: features.precision,
      'shape of a row': features.shape.join('×'),
      'backbone, weights or settings': features.digest,
    },
  };
}
