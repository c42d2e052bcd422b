import { buildTransferModel, extractFeatures, planPasses } from '@graft-ml/core';
import { listShard } from '../../datasets/list-shard.js';
import type { ExtractSettings } from '../extract-to-file.js';
import { checkRowFile } from '../rows/row-file.js';
import { shardFileName } from '../shards/shard-file.js';
import type { TrainContext } from '../train-folder.js';
import { planOfEngine, planOfPasses, planWeights, type RunPlan } from './run-plan.js';

/** Says what `graft extract` would do, without running the base or writing anything. @throws what `extractToFile` throws. */
export async function planExtraction(
  folder: string,
  settings: ExtractSettings,
  context: TrainContext,
): Promise<RunPlan> {
  const { backbone, shard, precision = 'fp32' } = settings;
  const { runtime, signal } = context;
  const file = shard === undefined ? settings.out : shardFileName(settings.out, shard);
  checkRowFile(file);
  const { images, skipped } = await listShard([folder], { ...settings.manifest, shard, signal });
  const selector = settings.weights ?? (backbone === 'graft-tiny' ? 'embedded' : 'imagenet');
  const weights = await planWeights(selector, backbone);
  const { parts } = await buildTransferModel(backbone, {
    ...settings,
    ...(weights.present ? {} : { weights: 'none' }),
    runtime,
    signal,
  });
  const isKnown = weights.present && precision === 'fp32';
  const { cache } = runtime;
  const { pooling } = settings;
  const features = isKnown ? await extractFeatures(parts, images, { pooling, signal }) : undefined;
  await features?.dispose();
  const plan = await planPasses(parts, { images, digest: features?.digest, cache, signal });
  const passes = { ...plan, cached: weights.present ? plan.cached : 0 };
  return {
    dryRun: true,
    images: images.length,
    skipped: skipped.length,
    backbone,
    ...planOfEngine(parts),
    precision,
    weights,
    ...(await planOfPasses(passes, { engine: parts.engine, precision })),
    files: [file],
  };
}
