import type { Dataset } from '../dataset/dataset.js';
import { requireCount } from '../dataset/fold.js';
import { DatasetError } from '../errors.js';
import type { AuditOptions } from './audit-dataset.js';
import type { AuditCheck, AuditReport } from './audit-report.js';
import { auditedImages, type AuditedImages } from './audited-images.js';
import { classesCheck } from './classes-check.js';
import { duplicatesCheck } from './duplicates-check.js';
import { externalChecks } from './external-checks.js';
import { findSources } from './find-sources.js';
import { groupsCheck } from './groups-check.js';
import { measureProbes } from './measure-probes.js';
import { overallVerdict } from './overall-verdict.js';
import { planProbes } from './probe-plan.js';
import { sourcesCheck } from './sources-check.js';

/** What `auditDataset` does, once it is there. */
export async function measureAudit(dataset: Dataset, options: AuditOptions): Promise<AuditReport> {
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
