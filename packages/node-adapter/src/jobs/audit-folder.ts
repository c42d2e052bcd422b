import {
  buildTransferModel,
  groupLabels,
  loadTransferModel,
  type AuditReport,
  type Dataset,
  type GroupBy,
  type TransferModel,
} from '@graft-ml/core';
import { auditDataset } from '../audit/audit-dataset.js';
import { parseGrouping } from '../datasets/grouping.js';
import { openDataset } from '../datasets/open-dataset.js';
import { openGrouped, type DataSettings } from '../datasets/open-training-data.js';
import { given } from './given.js';
import type { TrainContext } from './train-folder.js';

/** Settings of {@link auditFolder}: the flags of `graft audit`. */
export interface AuditSettings extends Pick<DataSettings, 'root' | 'columns' | 'where' | 'groupBy'> {
  /** A saved model, whose base is taken. */
  readonly model?: string | undefined;
  readonly backbone: string;
  readonly weights?: string | undefined;
  readonly engine: string;
  /** Another data set, with classes of the same names. */
  readonly external?: string | undefined;
  /** What tells an image's source: a column of a manifest, or a regular expression on the path. */
  readonly sourceBy?: string | undefined;
  readonly folds?: number | undefined;
  readonly repeats?: number | undefined;
  /** Leaves out all that needs a network. Default: false. */
  readonly quick?: boolean | undefined;
  readonly seed: number;
}

/**
 * Audits a data set: the whole of `graft audit`.
 * @throws RangeError for settings that contradict each other; what `auditDataset` throws.
 * @example `const { verdict } = await auditFolder('photos', { backbone: 'graft-tiny', engine: 'auto', seed: 42 }, { runtime });`
 */
export async function auditFolder(
  location: string,
  settings: AuditSettings,
  context: TrainContext,
): Promise<AuditReport> {
  const { quick = false, model: saved, folds, repeats, seed } = settings;
  if (quick && saved !== undefined) {
    throw new RangeError('--quick runs no network, so that --model has no meaning; leave one of them out');
  }
  const { runtime, signal, onProgress, onNote: onWarning } = context;
  const data = { images: runtime.images, cache: runtime.cache, signal, onProgress, onNote: onWarning };
  const dataset = await openGrouped(location, settings, data);
  const sourceBy = await readSources(location, settings);
  // The other data may be of another kind: what a manifest's flags say is for the first.
  const external = settings.external === undefined ? undefined : await openDataset(settings.external, { signal });
  const model = quick ? undefined : await openModel(settings, context);
  try {
    return await auditDataset(dataset, {
      runtime,
      model: model?.parts,
      ...given({ external, sourceBy, folds, repeats, signal, onProgress, onWarning }),
      seed,
    });
  } finally {
    await model?.dispose();
  }
}

function openModel(settings: AuditSettings, context: TrainContext): Promise<TransferModel> {
  const { model, backbone, weights, engine } = settings;
  const { runtime, signal, onProgress, onNote: onWarning } = context;
  const surroundings = { runtime, engine, weights, signal, onProgress, onWarning };
  return model === undefined
    ? buildTransferModel(backbone, { ...surroundings, seed: settings.seed })
    : loadTransferModel(model, surroundings);
}

/** The source of each sample, by the same rules as groups. */
async function readSources(location: string, settings: AuditSettings): Promise<GroupBy | undefined> {
  const { sourceBy, root, where, columns } = settings;
  if (sourceBy === undefined) return undefined;
  const grouping = parseGrouping(sourceBy);
  if (grouping.by === 'rule') return grouping.rule;
  if (grouping.by !== 'column') {
    throw new RangeError(`--source-by is ${sourceBy}; name a column of the manifest, or a /pattern/ on the path`);
  }
  const withSources: Dataset = await openDataset(location, {
    root,
    where,
    columns: { ...columns, group: grouping.name },
  });
  const labels = groupLabels(withSources.samples, 'group');
  const sources = new Map(withSources.samples.map(({ id }, place) => [id, labels[place]]));
  return ({ id }) => {
    const source = sources.get(id);
    return source?.startsWith('\0') === true ? undefined : source;
  };
}
