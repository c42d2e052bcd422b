import {
  buildTransferModel,
  describeImage,
  extractFeatures,
  refuseTooManySkipped,
  type Dialect,
  type ExtractedFeatures,
  type ImageReference,
  type InputSize,
  type Interpolation,
  type Pooling,
  type Precision,
  type PreprocessingMode,
  type ResizeMode,
  type SkippedImage,
} from '@graft-ml/core';
import type { Shard, ShardStamp } from '@graft-ml/core/shards';
import { listShard, type ListedShard } from '../datasets/list-shard.js';
import type { OpenDatasetOptions } from '../datasets/open-dataset.js';
import { checkRowFile, writeRows } from './rows/row-file.js';
import { checkShardableRows, finishedExtract, stampExtract } from './shards/extract-shard.js';
import { shardFileName, type FileDigest } from './shards/shard-file.js';
import type { TrainContext } from './train-folder.js';

/** Settings of {@link extractToFile}: the flags of `graft extract`. */
export interface ExtractSettings {
  /** How rows are read, where the data set is a file of rows. */
  readonly manifest?: OpenDatasetOptions;
  readonly backbone: string;
  readonly weights?: string | undefined;
  readonly dialect?: Dialect;
  readonly pooling: Pooling;
  readonly preprocessing?: PreprocessingMode | 'auto';
  readonly interpolation?: Interpolation;
  readonly resize?: ResizeMode;
  readonly inputSize?: InputSize;
  readonly engine: string;
  /** Default: `fp32`; `int8` is calibrated on the folder's own images, also where only a shard of them is run. */
  readonly precision?: Precision;
  readonly seed: number;
  /** Ends in `.npy`, `.safetensors` or `.parquet`; `{i}` and `{n}` stand for the shard's numbers. */
  readonly out: string;
  /** The part of the images to run, for {@link mergeShards} to put together. Default: all. */
  readonly shard?: Shard | undefined;
}

/** What {@link extractToFile} gives back: the keys of `graft extract --json`. */
export interface ExtractResult {
  /** The images that the rows are of, in order. */
  readonly paths: readonly string[];
  /** Rows first. */
  readonly shape: readonly number[];
  readonly file: string;
  readonly timings: { readonly totalSeconds: number; readonly imagesPerSecond: number };
  readonly engine: string;
  /** What really ran. */
  readonly precision: Precision;
  readonly skipped: readonly SkippedImage[];
  /** Of a shard only: what tells it apart. */
  readonly shard?: ShardStamp;
  /** Of a shard only: what its file holds. */
  readonly digest?: FileDigest;
}

/**
 * Runs every image of a folder, a manifest or a pattern, or one shard of them, through a backbone and writes the rows as they
 * come: the whole of `graft extract`. A shard whose file is there already, made of the same images by the same network, is not
 * run again.
 *
 * @throws RangeError for a file name or settings that cannot be; DatasetError, WeightsError, DownloadError or EngineError for what
 *   they name; AbortedError when `signal` ends it.
 * @example `await extractToFile('photos', { backbone: 'vgg16', engine: 'auto', seed: 42, pooling: 'avg', out: 'features.npy' }, { runtime });`
 */
export async function extractToFile(
  folder: string,
  settings: ExtractSettings,
  context: TrainContext,
): Promise<ExtractResult> {
  const { shard } = settings;
  const { now = () => performance.now() } = context;
  const file = checkExtractFile(settings);
  const begin = now();
  const listed = await listShard([folder], { ...settings.manifest, shard, signal: context.signal });
  const { parts } = await buildTransferModel(settings.backbone, {
    ...settings,
    runtime: context.runtime,
    signal: context.signal,
    onProgress: context.onProgress,
    onWarning: context.onNote,
  });
  const which = shard === undefined ? '' : `, shard ${shard.index}/${shard.count}`;
  context.onNote?.(
    `${settings.backbone} on ${parts.engine.name} (${parts.engineReason}), ${listed.images.length} images${which}`,
  );
  const features = await extractFeatures(parts, listed.images, {
    pooling: settings.pooling,
    calibrationImages: await calibrationImages(folder, settings, context),
    onWarning: context.onNote,
    signal: context.signal,
    onProgress: context.onProgress,
    onCacheFailure: (error) => context.onNote?.(`${error.message}; going on without the cache`),
  });
  const job = shard && { shard, file, listed, features, engine: parts.engine };
  const finished = job && (await finishedExtract(job));
  if (finished !== undefined) {
    await features.dispose();
    context.onNote?.(
      `${file} is finished already: shard ${finished.shard.index}/${finished.shard.count} is not run again`,
    );
    return finished;
  }
  const { paths, failures } = await writeFeatures(file, { listed, features, isWhole: shard === undefined }, context);
  const totalSeconds = (now() - begin) / 1000;
  const result: ExtractResult = {
    paths,
    shape: [paths.length, ...features.shape],
    file,
    timings: { totalSeconds, imagesPerSecond: listed.images.length / totalSeconds },
    engine: parts.engine.name,
    precision: features.precision,
    skipped: [...listed.skipped, ...failures.map(({ path, reason }) => ({ path, reason }))],
  };
  return job === undefined ? result : stampExtract(result, { ...job, failures });
}

/** @returns Where the rows go. @throws RangeError for a file that they cannot be written to. */
export function checkExtractFile({ out, shard }: Pick<ExtractSettings, 'out' | 'shard'>): string {
  const file = shard === undefined ? out : shardFileName(out, shard);
  checkRowFile(file);
  if (shard !== undefined) checkShardableRows(file);
  return file;
}

/** int8 is calibrated on images of the whole set, whichever shard runs; fp32 need not list them. */
async function calibrationImages(
  folder: string,
  { shard, precision, manifest }: ExtractSettings,
  { signal }: TrainContext,
): Promise<readonly ImageReference[] | undefined> {
  if (shard === undefined || precision !== 'int8') return undefined;
  return (await listShard([folder], { ...manifest, signal })).images;
}

/** An image of the listing that gave no row. */
export interface ListedFailure extends SkippedImage {
  /** Its number among the listed images. */
  readonly index: number;
}

async function writeFeatures(
  file: string,
  source: { readonly listed: ListedShard; readonly features: ExtractedFeatures; readonly isWhole: boolean },
  context: TrainContext,
): Promise<{ readonly paths: readonly string[]; readonly failures: readonly ListedFailure[] }> {
  const { images } = source.listed;
  const { shape, results } = source.features;
  const paths: string[] = [];
  const failures: ListedFailure[] = [];
  await writeRows(file, { shape, mostRows: images.length }, async (writer) => {
    for await (const result of results) {
      const path = describeImage(images[result.index] as ImageReference);
      if ('failure' in result) {
        failures.push({ path, reason: result.failure.message, index: result.index });
        // Of a shard too few are known: whether too many cannot be read is found out when all are merged.
        if (source.isWhole) refuseTooManySkipped(failures, images.length);
      } else {
        const [row] = result.rows as [Float32Array];
        await writer.write(row, path);
        paths.push(path);
      }
      context.onProgress?.({ stage: 'features', done: result.index + 1, total: images.length });
    }
  });
  return { paths, failures };
}
