import { join } from 'node:path';
import {
  isGraftError,
  reasonOf,
  type BackboneComparison,
  type ComparedBackbone,
  type FailedBackbone,
} from '@graft-ml/core';
import { backboneComparison, checkBackboneNames, comparedBackbone } from '@graft-ml/core/search';
import { trainFolder, type TrainContext, type TrainFolderResult, type TrainSettings } from './train-folder.js';

/** What {@link trainBackbones} gives back. */
export interface TrainBackbonesResult {
  /** In the order of the names: what `graft train --json` says of each, or why there is none. */
  readonly models: readonly (TrainFolderResult | FailedBackbone)[];
  /** `String(comparison)` is a table. */
  readonly comparison: BackboneComparison;
}

/**
 * Trains several backbones on one data set, with the same split and seed: `graft train --backbone vgg16,vgg19`. Each model is
 * saved to a folder of its own under `out`. A backbone that fails is told of, and the others go on.
 * @throws RangeError for no name, or one twice; the first failure's error if all fail; AbortedError if aborted.
 */
export async function trainBackbones(
  folder: string,
  settings: TrainSettings & { readonly backbones: readonly string[] },
  context: TrainContext,
): Promise<TrainBackbonesResult> {
  const { backbones, ...shared } = settings;
  checkBackboneNames(backbones);
  const models: (TrainFolderResult | FailedBackbone)[] = [];
  const rows: (ComparedBackbone | FailedBackbone)[] = [];
  let failure: unknown;
  for (const backbone of backbones) {
    const out = shared.out === undefined ? {} : { out: join(shared.out, backbone) };
    try {
      const result = await trainFolder(folder, { ...shared, backbone, ...out }, context);
      models.push(result);
      rows.push(comparedBackbone({ ...result, seconds: result.timings.totalSeconds }));
    } catch (error) {
      if (isGraftError(error) && error.code === 'ABORTED') throw error;
      failure ??= error;
      const failed = { backbone, reason: reasonOf(error) };
      models.push(failed);
      rows.push(failed);
    }
  }
  if (rows.every((row) => 'reason' in row)) throw failure;
  return { models, comparison: backboneComparison(rows) };
}
