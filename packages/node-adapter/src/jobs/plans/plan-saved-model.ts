import {
  describeArtifact,
  loadTransferModel,
  planPasses,
  type ArtifactDescription,
  type ImageReference,
  type TransferModel,
} from '@graft-ml/core';
import { listShard } from '../../datasets/list-shard.js';
import { openDataset } from '../../datasets/open-dataset.js';
import { openGrouped } from '../../datasets/open-training-data.js';
import type { EvaluateSettings, RunContext } from '../evaluate-model.js';
import type { PredictImagesOptions } from '../predict-images.js';
import { shardFileName } from '../shards/shard-file.js';
import { planOfEngine, planOfPasses, planWeights, type RunPlan, type WeightsPlan } from './run-plan.js';

/** What a command that runs a saved model would do; of several models, what is said of one is said of the first. */
export interface SavedModelPlan extends RunPlan {
  readonly model: string;
  readonly classNames: readonly string[];
}

interface Run {
  readonly images: readonly ImageReference[];
  readonly skipped: number;
  /** Views of each image. */
  readonly tta: number;
  readonly files: readonly string[];
}

/** Says what `graft predict` would do, without running the model or writing anything. @throws what `predictImages` throws. */
export async function planPrediction(
  folder: string,
  inputs: readonly string[],
  options: PredictImagesOptions,
): Promise<SavedModelPlan> {
  const { shard, signal, runtime, weights, engine, tta = 1, csv, out } = options;
  const { images, skipped } = await listShard(inputs, { ...options.manifest, shard, signal });
  const files = [csv, out].filter((file) => file !== undefined);
  const named = shard === undefined ? files : files.map((file) => shardFileName(file, shard));
  const run = { images, skipped: skipped.length, tta, files: named };
  return planRun(folder, run, { settings: { weights, engine }, context: { runtime, signal }, isCached: false });
}

/** Says what `graft evaluate` would do, without running the model or writing anything. @throws what `evaluateModel` throws. */
export async function planEvaluation(
  folder: string,
  location: string,
  { settings, context }: { readonly settings: EvaluateSettings; readonly context: RunContext },
): Promise<SavedModelPlan> {
  const { csv, report, plots, tta = 1, external = [], ensemble = [] } = settings;
  const datasets = [await openGrouped(location, settings, { ...context, images: context.runtime.images })];
  for (const other of external) datasets.push(await openDataset(other, { signal: context.signal }));
  const files = [csv, report, plots && `${plots.replace(/\/$/, '')}/`].filter(
    (file) => file !== undefined && file !== '',
  );
  const run = {
    images: datasets.flatMap(({ samples }) => samples.map(({ source }) => source)),
    skipped: datasets.reduce((sum, { skipped = [] }) => sum + skipped.length, 0),
    tta,
    files: files as string[],
  };
  const plan = await planRun(folder, run, { settings, context, isCached: tta === 1 });
  const others: SavedModelPlan[] = [];
  for (const other of ensemble) others.push(await planRun(other, run, { settings, context, isCached: tta === 1 }));
  return others.reduce(inTurn, plan);
}

/** The plan of two models that run one after the other on the same images. */
function inTurn(first: SavedModelPlan, next: SavedModelPlan): SavedModelPlan {
  const sum = (a: number | null, b: number | null) => (a === null || b === null ? null : a + b);
  const { total, cached, toRun } = first.passes;
  return {
    ...first,
    passes: {
      total: total + next.passes.total,
      cached: sum(cached, next.passes.cached),
      toRun: toRun + next.passes.toRun,
    },
    expectedSeconds: sum(first.expectedSeconds, next.expectedSeconds),
  };
}

interface PlanContext {
  readonly settings: Pick<EvaluateSettings, 'weights' | 'engine'>;
  readonly context: Pick<RunContext, 'runtime' | 'signal'>;
  /** Whether activations of these images are kept between runs. */
  readonly isCached: boolean;
}

async function planRun(
  folder: string,
  run: Run,
  { settings, context, isCached }: PlanContext,
): Promise<SavedModelPlan> {
  const { runtime, signal } = context;
  const manifest = await describeArtifact(folder, { runtime });
  const weights = await weightsOf(manifest, settings.weights);
  const { images, tta } = run;
  const facts = {
    dryRun: true as const,
    model: folder,
    classNames: manifest.classNames,
    images: images.length,
    skipped: run.skipped,
    backbone: manifest.backbone.name,
    precision: manifest.precision,
    weights,
    files: run.files,
  };
  if (!weights.present) {
    const passes = { total: images.length * tta, cached: 0, toRun: images.length * tta };
    return { ...facts, engine: settings.engine ?? 'auto', engineReason: 'as asked', passes, expectedSeconds: null };
  }
  const model = await loadTransferModel(folder, { ...settings, runtime, signal });
  try {
    const plan = await planPasses(model.parts, {
      images,
      digest: isCached ? digestOf(model) : undefined,
      cache: runtime.cache,
      signal,
    });
    const passes = { ...plan, total: plan.total * tta, cached: isCached ? plan.cached : 0 };
    const { engine } = model.parts;
    return {
      ...facts,
      ...planOfEngine(model.parts),
      ...(await planOfPasses(passes, { engine, precision: manifest.precision })),
    };
  } finally {
    await model.dispose();
  }
}

function digestOf(model: TransferModel): string {
  return model.built.prefix.digest;
}

async function weightsOf({ backbone }: ArtifactDescription, given: string | undefined): Promise<WeightsPlan> {
  const { file, selector } = backbone.weights;
  if (given === undefined && file !== undefined) return { selector: file, present: true, downloadBytes: null };
  return planWeights(given ?? selector, backbone.name);
}
