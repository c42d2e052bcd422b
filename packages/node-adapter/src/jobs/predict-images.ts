import { openPredictor, parseAugmentations, type LoadOptions, type Predictions } from '@graft-ml/core';
import { summarizePredictions, type PredictionSummary } from '@graft-ml/core/evaluation';
import type { Shard, ShardStamp } from '@graft-ml/core/shards';
import { listShard } from '../datasets/list-shard.js';
import type { OpenDatasetOptions } from '../datasets/open-dataset.js';
import {
  checkPredictionsFile,
  predictionRow,
  writePredictions,
  type PredictionRow,
} from './shards/merge-predictions.js';
import { finishedPredictions, stampPredictions, type PredictShard } from './shards/predict-shard.js';
import { shardDocumentPath, shardFileName, writeShardDocument } from './shards/shard-file.js';
import { writePredictionsCsv } from './write-predictions-csv.js';

/** Settings and surroundings of {@link predictImages}. */
export interface PredictImagesOptions extends LoadOptions {
  /** How rows are read, where an input is a file of rows. */
  readonly manifest?: OpenDatasetOptions | undefined;
  /** The class that all of the images should be. */
  readonly expect?: string | undefined;
  /** Views of each image whose scores are averaged. Default: 1. */
  readonly tta?: number | undefined;
  /** How the views are made, as `parseAugmentations` reads it. Default: mirrored, and turned a little. */
  readonly augment?: string | undefined;
  /** Decides the views. Default: the model's. */
  readonly seed?: number | undefined;
  /** A CSV file for the predictions; `{i}` and `{n}` stand for the shard's numbers. */
  readonly csv?: string | undefined;
  /** A file for the result, `.json`, `.csv` or `.parquet`; of a shard `.json` or `.csv`. */
  readonly out?: string | undefined;
  /** The part of the images to run, for {@link mergeShards} to put together. Default: all. */
  readonly shard?: Shard | undefined;
}

/** What {@link predictImages} gives back. */
export interface PredictImagesResult extends Predictions {
  readonly summary: PredictionSummary;
  /** What `graft predict --json` prints. */
  readonly document: PredictImagesDocument;
}

/** The keys of `graft predict --json`. */
export interface PredictImagesDocument extends PredictionSummary {
  readonly predictions: readonly PredictionRow[];
  readonly skipped: Predictions['skipped'];
  /** Of a shard only, for its merging: all classes, the expected one, and what tells the shard apart. */
  readonly classNames?: readonly string[];
  readonly expect?: string | undefined;
  readonly shard?: ShardStamp;
}

/**
 * Classifies images, or one shard of them, with a saved model: the whole of `graft predict`. A shard whose result is there
 * already, made of the same images by the same model, is not run again.
 *
 * @param folder - The saved model.
 * @param inputs - Images, folders of images, patterns, and files of rows.
 * @example `const { predictions } = await predictImages('models/mine', ['new-images'], { runtime });`
 */
export async function predictImages(
  folder: string,
  inputs: readonly string[],
  options: PredictImagesOptions,
): Promise<PredictImagesResult> {
  const { expect: expected, shard, tta, seed, signal, onProgress, onWarning } = options;
  const files = outputFiles(options);
  const augmentation = augmentationOf(options);
  const listed = await listShard(inputs, { ...options.manifest, shard, signal });
  const predictor = await openPredictor(folder, options);
  try {
    const { classNames } = predictor;
    // Before the work: a label that the model does not know would be found out only at its end.
    checkPrediction(options, predictor);
    const job: PredictShard | undefined = shard && { shard, listed, folder, predictor, options };
    const finished = job && (await finishedPredictions(job, files));
    if (finished !== undefined) {
      onWarning?.(`shard ${shard?.index ?? 0}/${shard?.count ?? 0} is finished already: it is not run again`);
      return resultOf(finished);
    }
    const { images } = listed;
    const { predictions, skipped } =
      images.length === 0 && shard !== undefined
        ? { predictions: [], skipped: [] }
        : await predictor.predict(images, {
            ...{ tta, augmentation, seed },
            signal,
            onWarning,
            onProgress: images.length > 1 ? onProgress : undefined,
            // Of a shard too few are known: whether too many cannot be read is found out when all are merged.
            ...(shard !== undefined && { tolerableShare: 1 }),
          });
    const summary = summarizePredictions(predictions, { classNames, expected });
    const plain = {
      ...summary,
      predictions: predictions.map(predictionRow),
      skipped: [...listed.skipped, ...skipped],
    };
    const document: PredictImagesDocument =
      job === undefined ? plain : await stampPredictions(plain, { ...job, skipped, predictions });
    await writeFiles(files, { classNames, document });
    return { predictions, skipped: document.skipped, summary, document };
  } finally {
    await predictor.dispose();
  }
}

/** @throws RangeError for options that {@link predictImages} would refuse with a model of these classes. */
export function checkPrediction(
  options: PredictImagesOptions,
  { classNames }: { readonly classNames: readonly string[] },
): void {
  outputFiles(options);
  augmentationOf(options);
  summarizePredictions([], { classNames, expected: options.expect });
}

function augmentationOf({ augment }: PredictImagesOptions): ReturnType<typeof parseAugmentations> | undefined {
  return augment === undefined ? undefined : parseAugmentations(augment);
}

/** Where the result goes. */
export interface PredictionFiles {
  readonly csv: string | undefined;
  readonly out: string | undefined;
}

function outputFiles({ csv, out, shard }: PredictImagesOptions): PredictionFiles {
  if (out !== undefined) checkPredictionsFile(out);
  if (shard === undefined) return { csv, out };
  if (out !== undefined && /\.parquet$/i.test(out)) {
    throw new RangeError(`--out is ${out}; a shard is written as .json or .csv, and graft merge writes .parquet too`);
  }
  const named = (file: string | undefined) => (file === undefined ? undefined : shardFileName(file, shard));
  return { csv: named(csv), out: named(out) };
}

async function writeFiles(
  { csv, out }: PredictionFiles,
  content: { readonly classNames: readonly string[]; readonly document: PredictImagesDocument },
): Promise<void> {
  const { classNames, document } = content;
  const predictions = document.predictions.map(({ path, label, scores }) => ({ source: path, label, scores }));
  for (const file of [csv, out]) {
    if (file === undefined) continue;
    if (file === csv) await writePredictionsCsv(file, { classNames, predictions });
    else await writePredictions(file, content);
    const isOwnDocument = file === out && /\.json$/i.test(file);
    if (document.shard !== undefined && !isOwnDocument) {
      await writeShardDocument(shardDocumentPath(file), { ...document, shard: document.shard });
    }
  }
}

function resultOf(document: PredictImagesDocument): PredictImagesResult {
  const { predictions, skipped, classNames: _, expect: _expect, shard: _shard, ...summary } = document;
  const sourced = predictions.map(({ path, label, scores }) => ({ source: path, label, scores }));
  return { predictions: sourced, skipped, summary, document };
}
