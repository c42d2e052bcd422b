import { computeClassWeight } from '../dataset/class-weight.js';
import type { Dataset, Sample } from '../dataset/dataset.js';
import { sampleOrder } from '../dataset/sample-order.js';
import { DatasetError } from '../errors.js';
import { plainView } from '../features/feature-view.js';
import type { FeatureTable } from '../features/feature-table.js';
import { SeenImages } from '../features/seen-images.js';
import { checkCount, checkNotNegative } from '../training/check-number.js';
import type { TrainingSet, ValidationSet } from '../training/training-set.js';
import { cachedViews, epochView, usualViews } from './augmented-views.js';
import { classIndices } from './class-indices.js';
import { collectFeatures, type CollectOptions, type SkippedImage } from './collect-features.js';
import { stepDefaults } from './fit-defaults.js';
import type { FitOptions } from './fit-options.js';

/** What both sets are made with. */
export interface DataContext {
  readonly classNames: readonly string[];
  readonly collect: CollectOptions;
  readonly seed: number;
  /** Receives images that cannot be read. */
  readonly skipped: SkippedImage[];
}

/** Runs validation images through the prefix. @throws what `collectFeatures` throws. */
export async function validationSet(dataset: Dataset, context: DataContext): Promise<ValidationSet> {
  const labels = classIndices(dataset, context.classNames);
  const requests = dataset.samples.map(({ source }) => ({ source, views: [plainView] }));
  const { table, kept, skipped } = await collectFeatures(requests, context.collect);
  context.skipped.push(...skipped);
  if (kept.length === 0)
    throw new DatasetError('the validation set holds no images; pass at least one, or none at all');
  refuseNonFinite(table, (row) => dataset.samples[kept[row] as number]);
  return { table, labels: kept.map((index) => labels[index] as number) };
}

/**
 * Runs training images through the prefix.
 * @throws DatasetError if a class has no readable image, or an image's activations are no numbers; what `collectFeatures` throws.
 */
export async function trainingSet(dataset: Dataset, options: FitOptions, context: DataContext): Promise<TrainingSet> {
  const { collect, classNames, seed, skipped } = context;
  const { augmentation = [] } = options;
  const views = options.views ?? usualViews(augmentation);
  if (views !== 'epoch') checkCount('views', views);
  const allLabels = classIndices(dataset, classNames);
  const draw = (sample: string) => ({ augmentation, seed, sample });
  // Every epoch runs the same images again where views are drawn anew.
  const seen = views === 'epoch' && augmentation.length > 0 ? new SeenImages() : undefined;
  const extract = (epoch: number) =>
    collectFeatures(
      dataset.samples.map(({ id, source }) => ({
        source,
        views: views === 'epoch' ? [epochView(epoch, draw(id))] : cachedViews(views, draw(id)),
      })),
      { ...collect, seen },
    );
  const first = await extract(0);
  skipped.push(...first.skipped);
  const samples = first.kept.map((index) => dataset.samples[index] as Sample);
  const labels = first.kept.map((index) => allLabels[index] as number);
  refuseEmptyClasses(labels, classNames);
  refuseNonFinite(first.table, (row) => samples[row]);
  const fixed = views !== 'epoch' || augmentation.length === 0;
  let fresh: FeatureTable | undefined;
  const table = async (epoch: number): Promise<FeatureTable> => {
    if (fixed || epoch === 0) return first.table;
    fresh?.dispose();
    fresh = (await extract(epoch)).table;
    return fresh;
  };
  const targets = options.softLabels && samples.map((sample) => softTarget(sample, options.softLabels!, classNames));
  return {
    ids: samples.map(({ id }) => id),
    labels,
    weights: sampleWeights(samples, { classWeights: options.classWeights, classNames, labels }),
    order: orderOf(options.sampler, { labels, seed }),
    table,
    ...(targets && { target: (sample: number) => targets[sample] as readonly number[] }),
  };
}

function orderOf(
  sampler: FitOptions['sampler'] = stepDefaults.sampler,
  { labels, seed }: { labels: readonly number[]; seed: number },
): TrainingSet['order'] {
  if (typeof sampler !== 'function') return sampleOrder(labels, { sampler, seed });
  return (epoch) => checkOrder(sampler({ epoch, seed, labels }), labels.length);
}

function checkOrder(order: readonly number[], count: number): readonly number[] {
  const wrong = order.find((sample) => !Number.isInteger(sample) || sample < 0 || sample >= count);
  if (wrong !== undefined || order.length === 0) {
    throw new RangeError(`the sampler chose ${wrong ?? 'no sample'}; expected whole numbers from 0 to ${count - 1}`);
  }
  return order;
}

/** What each sample counts; undefined if all count 1. */
function sampleWeights(
  samples: readonly Sample[],
  context: Pick<FitOptions, 'classWeights'> & { classNames: readonly string[]; labels: readonly number[] },
): number[] | undefined {
  const { classWeights, classNames, labels } = context;
  if (classWeights === undefined && samples.every(({ weight }) => weight === undefined)) return undefined;
  const wanted = typeof classWeights === 'string' ? classWeights : new Map(Object.entries(classWeights ?? {}));
  const ofClass = computeClassWeight(
    wanted,
    classNames,
    labels.map((label) => classNames[label] as string),
  );
  return samples.map(({ weight = 1, id }, index) => {
    return checkNotNegative(`the weight of "${id}"`, weight) * (ofClass[labels[index] as number] as number);
  });
}

function softTarget(
  sample: Sample,
  softLabels: NonNullable<FitOptions['softLabels']>,
  classNames: readonly string[],
): readonly number[] {
  const shares = softLabels(sample);
  const unknown = Object.keys(shares).find((name) => !classNames.includes(name));
  if (unknown !== undefined) {
    throw new RangeError(`softLabels of "${sample.id}" names "${unknown}"; the classes are ${classNames.join(', ')}`);
  }
  return classNames.map((name) => checkNotNegative(`the share of "${name}" in "${sample.id}"`, shares[name] ?? 0));
}

function refuseEmptyClasses(labels: readonly number[], classNames: readonly string[]): void {
  const present = new Set(labels);
  const missing = classNames.filter((_, index) => !present.has(index));
  if (missing.length > 0) {
    throw new DatasetError(`no readable training image of ${missing.join(', ')}; add images, or remove the class`);
  }
}

/** Numbers that are none would spread over all weights. */
function refuseNonFinite(table: FeatureTable, sampleOf: (row: number) => Sample | undefined): void {
  for (let sample = 0; sample < table.count; sample++) {
    const rows = table.gather(Array.from({ length: table.views }, (_, view) => ({ sample, view })));
    if (rows.every(Number.isFinite)) continue;
    const id = sampleOf(sample)?.id ?? '';
    throw new DatasetError(
      `the frozen layers give numbers that are not finite for "${id}"; check the backbone's weights and preprocessing, or remove the image`,
      { subject: id },
    );
  }
}
