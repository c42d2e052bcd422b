import type { Dataset } from '../dataset/dataset.js';
import { requireCount } from '../dataset/fold.js';
import type { GroupBy } from '../dataset/group-by.js';
import { DatasetError } from '../errors.js';
import type { TransferModelParts } from '../model/transfer-model.js';
import type { ImageSource } from '../ports/image-source.js';
import type { FeatureCache } from '../ports/feature-cache.js';
import type { ProgressListener } from '../progress.js';
import type { AuditCheck, AuditReport } from './audit-report.js';
import { auditedImages, type AuditedImages } from './audited-images.js';
import { classesCheck } from './classes-check.js';
import { duplicatesCheck } from './duplicates-check.js';
import { externalChecks } from './external-checks.js';
import { findSources } from './find-sources.js';
import { groupsCheck } from './groups-check.js';
import type { ImageInspector } from './image-facts.js';
import { measureProbes } from './measure-probes.js';
import { overallVerdict } from './overall-verdict.js';
import { planProbes } from './probe-plan.js';
import { sourcesCheck } from './sources-check.js';

/** The world outside, as an audit needs it. */
export interface AuditPorts {
  readonly images: ImageSource;
  /** Keeps what was seen of images between runs. None by default. */
  readonly cache?: FeatureCache | undefined;
  /** Reads file headers; without it the metadata probe is not measured. */
  readonly inspect?: ImageInspector | undefined;
}

/** Options of {@link auditDataset}. */
export interface AuditOptions {
  /** The Node adapter fills them in. */
  readonly runtime: AuditPorts;
  /**
   * The real model that probes are compared with: its frozen base gets a linear classifier on the same folds. A model's
   * `parts`. Default: none, which is the quick form, without any network.
   */
  readonly model?: TransferModelParts | undefined;
  /** Other data with classes of the same names: what was learnt inside is tested on it. */
  readonly external?: Dataset | undefined;
  /** What tells an image's source. Default: groups, if they are large; else folders; else the beginnings of file names. */
  readonly sourceBy?: GroupBy | undefined;
  /** Folds of the cross-validation, 2 or more. Default: 5. */
  readonly folds?: number | undefined;
  /** How often the folds are drawn anew. Default: 4, as 20 splits of 80/20; 2 without a model. */
  readonly repeats?: number | undefined;
  /** Probes look at this many images at most, drawn from each class alike; duplicates are looked for among all. Default: 3000. */
  readonly mostImages?: number | undefined;
  /** Decides folds, intervals and the order of patches. Default: 42. */
  readonly seed?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ProgressListener | undefined;
  readonly onWarning?: ((message: string) => void) | undefined;
  /** A clock in milliseconds. Default: `performance.now`. */
  readonly now?: (() => number) | undefined;
}

/** Options with those filled in that drawing needs. */
export type ExternalOptions = AuditOptions & { readonly seed: number; readonly mostImages: number };

/**
 * Asks, before anyone believes a result, whether a data set can be solved by a shortcut: cross-validates models that must fail
 * if the task is honest (file headers, brightness, thumbnails, borders, shuffled patches), and looks for duplicates, torn
 * groups, sources that tell the class, and small classes. What cannot be measured is said so. Groups of the samples stay
 * together in every fold; sides that samples bring along (`split`) are checked for leakage.
 *
 * @throws DatasetError if no image can be read, or there are fewer than two classes; RangeError for options out of range;
 *   AbortedError if aborted.
 * @see Maguolo and Nanni (2020), "A critic evaluation of methods for COVID-19 automatic detection from X-ray images"; DeGrave,
 *   Janizek and Lee (2021), "AI for radiographic COVID-19 detection selects shortcuts over signal"
 * @example
 * ```ts
 * const { verdict, checks } = await auditDataset(dataset, { model: model.parts });
 * ```
 */
export async function auditDataset(dataset: Dataset, options: AuditOptions): Promise<AuditReport> {
  const { model, external, seed = 42, folds = 5, mostImages = 3000, now = () => performance.now() } = options;
  const repeats = options.repeats ?? (model ? 4 : 2);
  requireCount('folds', folds, 2);
  requireCount('repeats', repeats, 1);
  requireCount('mostImages', mostImages, 10);
  const begin = now();
  if (dataset.classNames.length < 2) throw new DatasetError('an audit needs two classes; there is only one');
  const describe = describeOptions(options);
  const images = await auditedImages(dataset, describe);
  const { samples } = images;
  const labels = samples.map(({ label }) => label);
  const counts = dataset.classNames.map((name) => labels.filter((label) => label === name).length);
  const groups = groupsOf(images);
  const planned = planProbes({ labels, groups }, { nSplits: folds, nRepeats: repeats, seed, mostImages });
  const plan = 'plan' in planned ? planned.plan : undefined;
  const probes = await measureProbes(images, planned, options);
  const checks: AuditCheck[] = [
    ...probes.checks,
    duplicatesCheck(images),
    groupsCheck(samples),
    sourcesCheck(labels, dataset.classNames, findSources(samples, options.sourceBy)),
    classesCheck(dataset.classNames, counts, planned.leftOut),
  ];
  if (external !== undefined) {
    const outside = await auditedImages(external, describe);
    checks.push(...(await externalChecks({ planned, probes, outside }, { ...options, seed, mostImages })));
  }
  return {
    ...overallVerdict(checks),
    checks,
    classNames: dataset.classNames,
    counts,
    images: samples.length,
    metric: plan?.metric ?? 'accuracy',
    validation: { folds, repeats, grouped: groups !== undefined, images: plan?.places.length ?? 0, seed },
    backbone: model?.backbone.name ?? null,
    quick: model === undefined,
    skipped: images.skipped,
    timings: { totalSeconds: (now() - begin) / 1000 },
  };
}

function describeOptions({
  runtime,
  signal,
  onProgress,
  onWarning,
}: AuditOptions): Parameters<typeof auditedImages>[1] {
  const { images, cache, inspect } = runtime;
  return {
    images,
    cache,
    inspect,
    signal,
    onProgress,
    onCacheFailure: (error) => onWarning?.(`${error.message}; going on without the cache`),
  };
}

/** A group for each image, where some images belong together. */
function groupsOf({ samples }: AuditedImages): string[] | undefined {
  const groups = samples.map(({ group, id }) => group ?? `\0${id}`);
  return new Set(groups).size < groups.length ? groups : undefined;
}
