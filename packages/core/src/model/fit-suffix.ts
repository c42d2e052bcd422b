import type { Dataset } from '../dataset/dataset.js';
import { DatasetError } from '../errors.js';
import { plainView } from '../features/feature-view.js';
import type { FeatureTable } from '../features/feature-table.js';
import type { PrefixRunner } from '../features/prefix-runner.js';
import { isStandardizeLayer, standardizeWeights } from '../head/standardize.js';
import { networkConfig } from '../network/network-config.js';
import type { NetworkRunner } from '../network/run-network.js';
import type { Runtime } from '../ports/runtime.js';
import { keyedRandom } from '../random/keyed-random.js';
import { adam } from '../training/adam.js';
import { bestCheckpoint } from '../training/callbacks/best-checkpoint.js';
import type { History } from '../training/history.js';
import { constantLearningRate, inverseTimeDecay } from '../training/learning-rate-schedule.js';
import { trainSuffix, type TrainingSet, type ValidationSet } from '../training/train-suffix.js';
import { assignWeights } from '../weights/assign-weights.js';
import { cachedViews, epochView } from './augmented-views.js';
import { collectFeatures, type CollectOptions, type SkippedImage } from './collect-features.js';
import type { FitOptions } from './fit-options.js';

/** The parts of a transfer model that training touches. */
export interface FitContext {
  readonly prefix: PrefixRunner;
  readonly suffix: NetworkRunner;
  readonly runtime: Runtime;
  readonly classNames: readonly string[];
  readonly seed: number;
}

/** What `TransferModel.fit` gives back. */
export interface FitHistory extends History {
  /** Training and validation images that could not be read. */
  readonly skipped: readonly SkippedImage[];
  /** Where the time went, in milliseconds. */
  readonly elapsedMs: { readonly features: number; readonly training: number };
}

const defaultEpochs = 25;
const defaultBatchSize = 8;
const defaultLearningRate = 1e-3;
const defaultViews = 4;

/** Runs the training images through the prefix and trains the suffix on what comes out. */
export async function fitSuffix(train: Dataset, options: FitOptions, context: FitContext): Promise<FitHistory> {
  const epochs = checkCount('epochs', options.epochs ?? defaultEpochs);
  const batchSize = checkCount('batchSize', options.batchSize ?? defaultBatchSize);
  const learningRate = options.learningRate ?? defaultLearningRate;
  const { decay = 0, callbacks = [] } = options;
  const schedule = decay === 0 ? constantLearningRate(learningRate) : inverseTimeDecay({ learningRate, decay });
  const skipped: SkippedImage[] = [];
  const collect: CollectOptions = { prefix: context.prefix, runtime: context.runtime, ...options };
  const seed = options.seed ?? context.seed;

  const begin = performance.now();
  const validation = options.validation && (await validationSet(options.validation, { collect, context, skipped }));
  const training = await trainingSet(train, { options, collect, context, seed, skipped });
  await context.runtime.prepareBackend('training');
  standardize(context.suffix, await training.table(0));
  const featuresDone = performance.now();
  const history = await trainSuffix({
    suffix: context.suffix,
    train: training,
    validation,
    epochs,
    batchSize,
    optimizer: adam({ schedule }),
    seed,
    signal: options.signal,
    callbacks: [
      ...(validation ? [bestCheckpoint({ monitor: 'valLoss', mode: 'min' })] : []),
      {
        onEpochEnd: ({ epoch, ...figures }) =>
          options.onProgress?.({ stage: 'training', done: epoch, total: epochs, epoch: figures }),
      },
      ...callbacks,
    ],
  });
  return {
    ...history,
    skipped,
    elapsedMs: { features: featuresDone - begin, training: performance.now() - featuresDone },
  };
}

interface SetContext {
  readonly collect: CollectOptions;
  readonly context: FitContext;
  readonly skipped: SkippedImage[];
}

async function validationSet(dataset: Dataset, { collect, context, skipped }: SetContext): Promise<ValidationSet> {
  const labels = classIndices(dataset, context.classNames);
  const requests = dataset.samples.map(({ source }) => ({ source, views: [plainView] }));
  const features = await collectFeatures(requests, collect);
  skipped.push(...features.skipped);
  return { table: features.table, labels: features.kept.map((index) => labels[index] as number) };
}

async function trainingSet(
  dataset: Dataset,
  setting: SetContext & { readonly options: FitOptions; readonly seed: number },
): Promise<TrainingSet> {
  const { options, collect, context, seed, skipped } = setting;
  const { augmentation = [] } = options;
  const views = options.views ?? (augmentation.length === 0 ? 1 : defaultViews);
  if (views !== 'epoch') checkCount('views', views);
  const allLabels = classIndices(dataset, context.classNames);
  const draw = (sample: string) => ({ augmentation, seed, sample });
  const extract = (epoch: number) =>
    collectFeatures(
      dataset.samples.map(({ id, source }) => ({
        source,
        views: views === 'epoch' ? [epochView(epoch, draw(id))] : cachedViews(views, draw(id)),
      })),
      collect,
    );
  const first = await extract(0);
  skipped.push(...first.skipped);
  const labels = first.kept.map((index) => allLabels[index] as number);
  refuseEmptyClasses(labels, context.classNames);
  const fixed = views !== 'epoch' || augmentation.length === 0;
  const table = async (epoch: number): Promise<FeatureTable> =>
    fixed || epoch === 0 ? first.table : (await extract(epoch)).table;
  return {
    ids: first.kept.map((index) => dataset.samples[index]?.id ?? ''),
    labels,
    order: (epoch) => keyedRandom({ seed, purpose: 'order', epoch }).permutation(labels.length),
    table,
  };
}

/** Gives standardising layers the training set's figures; other suffixes are left as they are. */
function standardize(suffix: NetworkRunner, table: FeatureTable): void {
  const layers = networkConfig(suffix.network).layers.filter(isStandardizeLayer);
  if (layers.length === 0) return;
  const weights = standardizeWeights(table);
  assignWeights(suffix.network, new Map(layers.map(({ name }) => [name, weights])), { partial: true });
}

/** @throws DatasetError for a label that the model does not know. */
export function classIndices(dataset: Dataset, classNames: readonly string[]): number[] {
  const indices = new Map(classNames.map((name, index) => [name, index]));
  return dataset.samples.map((sample) => {
    const index = indices.get(sample.label);
    if (index === undefined) {
      throw new DatasetError(
        `"${sample.id}" is labelled "${sample.label}", but this model knows ${classNames.join(', ')}; ` +
          `use a data set of these classes, or train a new model`,
        { subject: sample.id },
      );
    }
    return index;
  });
}

function refuseEmptyClasses(labels: readonly number[], classNames: readonly string[]): void {
  const present = new Set(labels);
  const missing = classNames.filter((_, index) => !present.has(index));
  if (missing.length > 0) {
    throw new DatasetError(`no readable training image of ${missing.join(', ')}; add images, or remove the class`);
  }
}

function checkCount(name: string, value: number): number {
  if (!Number.isInteger(value) || value < 1)
    throw new RangeError(`${name} is ${value}; expected a whole number from 1`);
  return value;
}
