import type { CacheError } from '../errors.js';
import { streamFeatures } from '../features/feature-stream.js';
import type { FeatureMemo } from '../features/feature-memo.js';
import { FeatureTable } from '../features/feature-table.js';
import type { FeatureView } from '../features/feature-view.js';
import type { PrefixRunner } from '../features/prefix-runner.js';
import type { SeenImages } from '../features/seen-images.js';
import { describeImage, type ImageReference } from '../image.js';
import type { Runtime } from '../ports/runtime.js';
import type { ProgressListener } from '../progress.js';
import { refuseTooManySkipped } from './refuse-too-many-skipped.js';

/** An image that could not be used, and why. */
export interface SkippedImage {
  readonly path: string;
  readonly reason: string;
}

/** One image to run, and the views of it. */
export interface CollectRequest {
  readonly source: ImageReference;
  readonly views: readonly FeatureView[];
}

/** What {@link collectFeatures} needs. */
export interface CollectOptions {
  readonly prefix: PrefixRunner;
  readonly runtime: Pick<Runtime, 'images' | 'cache' | 'openRowFile'>;
  /** Holds what this prefix gave before. None by default. */
  readonly memo?: FeatureMemo | undefined;
  /** Remembers images between several passes over the same ones. */
  readonly seen?: SeenImages | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ProgressListener | undefined;
  readonly onWarning?: ((message: string) => void) | undefined;
  /** The share of images that may be unreadable before the work stops, 0–1. Default: 0.1. */
  readonly tolerableShare?: number | undefined;
}

/** Features of the images that could be read. */
export interface CollectedFeatures {
  readonly table: FeatureTable;
  /** For each sample of the table, its place among the requests. */
  readonly kept: readonly number[];
  readonly skipped: readonly SkippedImage[];
}

/**
 * Runs images through the frozen prefix and gathers the rows. Every request must ask for the same number of views.
 * @throws DatasetError if more images cannot be read than are tolerable.
 */
export async function collectFeatures(
  requests: readonly CollectRequest[],
  options: CollectOptions,
): Promise<CollectedFeatures> {
  const { prefix, runtime, memo } = options;
  const known = recall(requests, options);
  if (known !== undefined) return known;
  const table = new FeatureTable(prefix.outputShape, requests[0]?.views.length ?? 1, runtime);
  const passed = await passFeatures(requests, options, ({ source, views }, rows) => {
    table.push(rows);
    memo?.keep(source, memoKeys(views, prefix), rows);
  });
  return { table, ...passed };
}

/**
 * Runs images through the frozen prefix, and holds none of the rows.
 * @param take - Gets the rows of each image, in the order of the requests. Default: they are left to the cache.
 * @throws DatasetError if more images cannot be read than are tolerable.
 */
export async function passFeatures(
  requests: readonly CollectRequest[],
  options: Omit<CollectOptions, 'memo'>,
  take?: (request: CollectRequest, rows: readonly Float32Array[]) => void,
): Promise<Omit<CollectedFeatures, 'table'>> {
  const { prefix, runtime, signal, onProgress, onWarning, tolerableShare } = options;
  const kept: number[] = [];
  const skipped: SkippedImage[] = [];
  let cached = 0;
  const stream = streamFeatures(requests, {
    prefix,
    images: runtime.images,
    cache: runtime.cache,
    seen: options.seen,
    signal,
    onCacheFailure: (error: CacheError) => onWarning?.(`${error.message}; going on without the cache`),
  });
  for await (const result of stream) {
    const request = requests[result.index] as CollectRequest;
    if ('failure' in result) {
      const path = describeImage(request.source);
      skipped.push({ path, reason: result.failure.message });
      refuseTooManySkipped(skipped, requests.length, tolerableShare);
    } else {
      take?.(request, result.rows);
      kept.push(result.index);
      if (result.cached) cached += 1;
    }
    onProgress?.({ stage: 'features', done: result.index + 1, total: requests.length, cached });
  }
  return { kept, skipped };
}

/** The features, if the memo holds all of them. */
function recall(
  requests: readonly CollectRequest[],
  { memo, prefix, runtime }: CollectOptions,
): CollectedFeatures | undefined {
  if (memo === undefined) return undefined;
  const table = new FeatureTable(prefix.outputShape, requests[0]?.views.length ?? 1, runtime);
  for (const { source, views } of requests) {
    const rows = memo.find(source, memoKeys(views, prefix));
    if (rows === undefined) return undefined;
    table.push(rows);
  }
  return { table, kept: [...requests.keys()], skipped: [] };
}

/** The prefix takes part: int8 is calibrated on the training images, so that each training set has a prefix of its own. */
function memoKeys(views: readonly FeatureView[], prefix: PrefixRunner): string[] {
  return views.map(({ key }) => `${prefix.digest} ${key}`);
}
