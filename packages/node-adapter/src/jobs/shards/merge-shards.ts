import { extname } from 'node:path';
import { DatasetError, throwIfAborted, type SkippedImage } from '@graft-ml/core';
import type { PredictionSummary } from '@graft-ml/core/evaluation';
import { planMerge, type MergePlan } from '@graft-ml/core/shards';
import { checkRowFile, writeRows } from '../rows/row-file.js';
import { checkPredictionsFile, mergePredictions, type PredictionRow } from './merge-predictions.js';
import { readShardDocument, shardDocumentPath, type ShardDocument } from './shard-file.js';
import { openShardRows, readFeaturesDocument, type ShardRows } from './shard-rows.js';

/** A merged extraction: the keys of `graft merge --json`, as those of `graft extract --json`. */
export interface MergedFeatures {
  readonly kind: 'features';
  readonly paths: readonly string[];
  /** Rows first. */
  readonly shape: readonly number[];
  readonly file: string;
  readonly engine: string;
  readonly precision: 'fp32' | 'int8';
  readonly skipped: readonly SkippedImage[];
}

/** A merged prediction: as `graft predict --json`. */
export interface MergedPredictions extends PredictionSummary {
  readonly kind: 'predictions';
  readonly predictions: readonly PredictionRow[];
  readonly skipped: readonly SkippedImage[];
}

/** A shard's file and its document. */
export interface OpenedShard {
  readonly file: string;
  readonly document: ShardDocument;
}

/** The surroundings of {@link mergeShards}. */
export interface MergeContext {
  readonly signal?: AbortSignal | undefined;
}

/**
 * Puts the results of all shards of one job together: the whole of `graft merge`. The result is byte for byte what one machine
 * writes that runs everything, in the order of the listing.
 *
 * @param files - The shards' files, in any order: `.npy` and `.safetensors` of `graft extract`, each with its `.shard.json`
 *   beside it; `.json` and `.csv` of `graft predict`.
 * @param out - `.npy`, `.safetensors` or `.parquet` for features; `.json`, `.csv` or `.parquet` for predictions.
 * @throws DatasetError if a shard is missing, there twice, damaged, or of another job; RangeError for another ending of `out`;
 *   AbortedError.
 * @example `await mergeShards(['f-1-of-2.npy', 'f-2-of-2.npy'], 'f.npy')`
 */
export async function mergeShards(
  files: readonly string[],
  out: string,
  { signal }: MergeContext = {},
): Promise<MergedFeatures | MergedPredictions> {
  const shards: OpenedShard[] = [];
  for (const file of files) {
    throwIfAborted(signal);
    const document = extname(file).toLowerCase() === '.json' ? file : shardDocumentPath(file);
    shards.push({ file, document: await readShardDocument(document, file) });
  }
  const plan = planMerge(shards.map(({ file, document }) => ({ name: file, stamp: document.shard })));
  const kind = shards[0]?.document.shard.kind;
  if (kind === 'predictions') {
    checkPredictionsFile(out);
    return mergePredictions(shards, { plan, out });
  }
  checkRowFile(out);
  return mergeFeatures(shards, { plan, out, signal });
}

async function mergeFeatures(
  shards: readonly OpenedShard[],
  { plan, out, signal }: { readonly plan: MergePlan; readonly out: string } & MergeContext,
): Promise<MergedFeatures> {
  const facts = shards.map(({ document, file }) => readFeaturesDocument(document, file));
  const [{ rowShape, engine, precision }] = facts as [(typeof facts)[number]];
  const opened: ShardRows[] = [];
  try {
    for (const { file, document } of shards) {
      throwIfAborted(signal);
      opened.push(await openShardRows(file, document));
    }
    const paths: string[] = [];
    const taken = new Uint32Array(shards.length);
    await writeRows(out, { shape: rowShape, mostRows: plannedRows(shards) }, async (writer) => {
      for (const source of plan.sources) {
        throwIfAborted(signal);
        const rows = opened[source] as ShardRows;
        const path = rows.paths[taken[source]!++] as string;
        await writer.write(await rows.next(), path);
        paths.push(path);
      }
    });
    const shape = [paths.length, ...rowShape];
    return { kind: 'features', paths, shape, file: out, engine, precision, skipped: plan.skipped };
  } finally {
    for (const rows of opened) await rows.close();
  }
}

/** As many as a run on one machine expects: a header may leave room for all images that are listed. */
function plannedRows(shards: readonly OpenedShard[]): number {
  const stamps = shards.map(({ document }) => document.shard);
  const [first] = stamps;
  if (first === undefined) throw new DatasetError('there are no shards to merge');
  return first.total - stamps.reduce((sum, { unused }) => sum + unused, 0);
}
