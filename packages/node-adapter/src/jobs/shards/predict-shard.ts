import { createHash } from 'node:crypto';
import { manifestName, type Prediction, type Predictor, type SkippedImage } from '@graft-ml/core';
import type { Shard, ShardStamp } from '@graft-ml/core/shards';
import type { ListedShard } from '../../datasets/list-shard.js';
import type { PredictImagesDocument, PredictImagesOptions, PredictionFiles } from '../predict-images.js';
import { readPredictions } from './merge-predictions.js';
import { finishedShard, shardDocumentPath } from './shard-file.js';

/** A shard of a prediction: what it is to be made of. */
export interface PredictShard {
  readonly shard: Shard;
  readonly listed: ListedShard;
  /** The saved model. */
  readonly folder: string;
  readonly predictor: Pick<Predictor, 'classNames' | 'runsOn'>;
  readonly options: Pick<PredictImagesOptions, 'runtime' | 'tta' | 'augment' | 'seed' | 'expect'>;
}

/** The result of this very shard, if every file that is asked for is there already. */
export async function finishedPredictions(
  job: PredictShard,
  { csv, out }: PredictionFiles,
): Promise<PredictImagesDocument | undefined> {
  const wanted = await identity(job);
  let found: PredictImagesDocument | undefined;
  for (const file of [csv, out]) {
    if (file === undefined) continue;
    const own = file === out && /\.json$/i.test(file) ? file : shardDocumentPath(file);
    const document = await finishedShard(file, wanted, own);
    if (document === undefined) return undefined;
    // Throws for a document that was changed by hand.
    readPredictions({ file, document });
    found = document as unknown as PredictImagesDocument;
  }
  return found;
}

/** The document of a shard that has run. */
export async function stampPredictions(
  document: Omit<PredictImagesDocument, 'classNames' | 'expect' | 'shard'>,
  job: PredictShard & { readonly predictions: readonly Prediction[]; readonly skipped: readonly SkippedImage[] },
): Promise<PredictImagesDocument> {
  const { listed, skipped, options, predictor } = job;
  // Predictions and skipped images come in the order of the listing: what is not skipped, was predicted.
  const places: number[] = [];
  const failures: ShardStamp['skipped'] = [];
  let next = 0;
  for (const [index, image] of listed.images.entries()) {
    const place = listed.places[index] ?? 0;
    const failure = skipped[next];
    if (failure !== undefined && failure.path === String(image)) {
      failures.push({ ...failure, place });
      next += 1;
    } else {
      places.push(place);
    }
  }
  const shard: ShardStamp = {
    format: 'graft-shard',
    version: 1,
    ...(await identity(job)),
    unused: listed.unused,
    places,
    skipped: [...listed.skipped.map(({ path, reason }) => ({ path, reason, place: null })), ...failures],
  };
  const { expect } = options;
  return { ...document, classNames: predictor.classNames, ...(expect !== undefined && { expect }), shard };
}

async function identity({ shard, listed, folder, predictor, options }: PredictShard) {
  const { runtime, tta = 1, augment = 'default', seed = "the model's", expect = 'none' } = options;
  const manifest = await runtime.openArtifact(folder).read(manifestName);
  return {
    kind: 'predictions' as const,
    index: shard.index,
    count: shard.count,
    total: listed.total,
    fingerprints: {
      'data set': listed.fingerprint,
      model: createHash('sha256').update(manifest).digest('hex'),
      engine: predictor.runsOn ?? 'unknown',
      views: tta === 1 ? 'one' : `${tta}, ${augment}, seed ${seed}`,
      'expected label': expect,
    },
  };
}
