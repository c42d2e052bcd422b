import type { Variable } from '@tensorflow/tfjs-core';
import type { Dataset } from '../dataset/dataset.js';
import type { FeatureMemo } from '../features/feature-memo.js';
import type { FeatureTable } from '../features/feature-table.js';
import type { PrefixRunner } from '../features/prefix-runner.js';
import { isStandardizeLayer, standardizeWeights } from '../head/standardize.js';
import { networkConfig } from '../network/network-config.js';
import type { NetworkRunner } from '../network/run-network.js';
import type { BackendUse, Runtime } from '../ports/runtime.js';
import { checkPrecision } from '../quantization/require-int8.js';
import { bestCheckpoint } from '../training/callbacks/best-checkpoint.js';
import { reportProgress } from '../training/callbacks/report-progress.js';
import { runCheckpoint } from '../training/checkpoint/run-checkpoint.js';
import type { History } from '../training/history.js';
import { trainSuffix } from '../training/train-suffix.js';
import { assignWeights } from '../weights/assign-weights.js';
import type { CollectOptions, SkippedImage } from './collect-features.js';
import { fitDefaults, type FitDefaults } from './fit-defaults.js';
import type { FitOptions } from './fit-options.js';
import { fitSettings } from './fit-settings.js';
import { runSettings, type RunParts } from './run-settings.js';
import { refuseStepOptions, solveSuffix, type NamedSolver } from './solve-suffix.js';
import { trainingSet, validationSet } from './training-data.js';

/** The parts of a transfer model that training touches. */
export interface FitContext {
  readonly prefix: PrefixRunner;
  readonly suffix: NetworkRunner;
  readonly runtime: Runtime;
  readonly classNames: readonly string[];
  readonly seed: number;
  /** Computes the head at once instead of training it in steps. */
  readonly solver?: NamedSolver | undefined;
  /** Holds the prefix's activations. None by default. */
  readonly memo?: FeatureMemo | undefined;
  /** Default: `fit`, its own. */
  readonly stage?: FitStage | undefined;
}

/** What tells the stages of training apart. */
export interface FitStage {
  /** The name of its checkpoint. */
  readonly name: string;
  readonly defaults: FitDefaults;
  readonly backend: BackendUse;
  /** Whether the weights that it begins with take part when the best are chosen. */
  readonly measureStart: boolean;
  /** What the learning rate of single weights is multiplied by. @param learningRate - The stage's own. */
  rateFactors?(learningRate: number): ReadonlyMap<Variable, number> | undefined;
}

/** What `TransferModel.fit` gives back. */
export interface FitHistory extends History {
  /** Training and validation images that could not be read. */
  readonly skipped: readonly SkippedImage[];
  /** Where the time went, in milliseconds. */
  readonly elapsedMs: { readonly features: number; readonly training: number };
}

const fitStage: FitStage = {
  name: 'fit',
  defaults: fitDefaults,
  backend: 'training',
  measureStart: false,
};

/** Runs the training images through the prefix and trains the suffix on what comes out. */
export async function fitSuffix(dataset: Dataset, options: FitOptions, context: FitContext): Promise<FitHistory> {
  const { prefix, suffix, runtime, classNames, stage = fitStage } = context;
  const settings = fitSettings(options, stage.defaults);
  const { seed = context.seed, now = () => performance.now() } = options;
  const skipped: SkippedImage[] = [];
  const collect: CollectOptions = { ...options, prefix, runtime, memo: context.memo };
  if (context.solver !== undefined) refuseStepOptions(options, context.solver);
  const data = { classNames, collect, seed, skipped };

  const begin = now();
  await prefix.prepare({
    precision: options.precision && checkPrecision(options.precision),
    training: dataset.samples.map(({ source }) => source),
    images: runtime.images,
    cache: runtime.cache,
    seed,
    signal: options.signal,
    onProgress: options.onProgress,
    onWarning: options.onWarning,
  });
  const validation = options.validation && (await validationSet(options.validation, data));
  const train = await trainingSet(dataset, options, data);
  await runtime.prepareBackend(stage.backend, prefix.engine);
  standardize(suffix, await train.table(0));
  const featuresDone = now();
  const { epochs, batchSize, loss, metrics } = settings;
  const callbacks = [
    ...(options.onProgress ? [reportProgress(options.onProgress, context.solver ? 1 : epochs)] : []),
    ...(options.callbacks ?? []),
  ];
  const history = context.solver
    ? await solveSuffix({ ...options, suffix, train, validation, metrics, callbacks, solver: context.solver, dataset })
    : await trainSuffix({
        suffix,
        train,
        validation,
        epochs,
        batchSize,
        loss,
        metrics,
        optimizer: settings.createOptimizer(
          Math.ceil(train.order(0).length / batchSize),
          stage.rateFactors?.(settings.learningRate),
        ),
        seed,
        signal: options.signal,
        measureStart: stage.measureStart,
        checkpoint: await checkpointFor(stage.name, {
          options,
          settings,
          seed,
          classNames,
          prefix,
          suffix,
          train,
          validation,
        }),
        callbacks: [...(validation ? [bestCheckpoint({ monitor: 'valLoss', mode: 'min' })] : []), ...callbacks],
      });
  return {
    ...history,
    skipped,
    elapsedMs: { features: featuresDone - begin, training: now() - featuresDone },
  };
}

async function checkpointFor(stage: string, parts: RunParts): Promise<ReturnType<typeof runCheckpoint> | undefined> {
  const { checkpoint } = parts.options;
  if (checkpoint === undefined) return undefined;
  const { open, resume = false } = checkpoint;
  return runCheckpoint({ store: open(stage), resume, settings: await runSettings(parts) });
}

/** Gives standardising layers that read the boundary the training set's figures; other suffixes are left as they are. */
function standardize(suffix: NetworkRunner, table: FeatureTable): void {
  const config = networkConfig(suffix.network);
  const layers = config.layers.filter((layer) => isStandardizeLayer(layer) && layer.inputs.includes(config.input));
  if (layers.length === 0) return;
  const weights = standardizeWeights(table);
  assignWeights(suffix.network, new Map(layers.map(({ name }) => [name, weights])), { partial: true });
}
