import type { Augmentation } from '../augmentation/augmentation.js';
import type { Dataset } from '../dataset/dataset.js';
import type { ImageReference } from '../image.js';
import type { TransferModelParts } from '../model/transfer-model.js';
import type { FeatureCache } from '../ports/feature-cache.js';

/** Options of {@link planPasses}. */
export interface PlanPassesOptions {
  /** Images that run as they are. */
  readonly images: readonly ImageReference[];
  /** Training images, of which each epoch draws views. None by default. */
  readonly training?:
    | {
        readonly dataset: Dataset;
        readonly augmentation: readonly Augmentation[];
        /** Default: as `fit` has it. */
        readonly views?: number | 'epoch' | undefined;
        readonly epochs: number;
        readonly seed: number;
      }
    | undefined;
  /** Of the prefix, see `PrefixRunner.digest`; undefined where it is known only once int8 is calibrated. */
  readonly digest: string | undefined;
  /** Where activations may be already. None by default. */
  readonly cache?: FeatureCache | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What will run through a frozen base. */
export interface PassPlan {
  /** Different views of images: each runs once at most. */
  readonly total: number;
  /** How many of them are kept from before; null if that cannot be known yet. */
  readonly cached: number | null;
  /** What one of them costs, in multiplications of dense convolutions; moving activations is counted in. */
  readonly work: number;
}

/**
 * Says how much work lies ahead, without running anything: files are read for their hashes, and nothing is written.
 *
 * @param parts - A model's parts: its base, and what reads images.
 * @throws AbortedError. Images that cannot be read count as not kept.
 * @example `await planPasses(model.parts, { images: paths, digest: model.built.prefix.digest, cache: runtime.cache })`
 */
export async function planPasses(
  parts: Pick<TransferModelParts, 'backbone' | 'inputSize' | 'runtime'>,
  options: PlanPassesOptions,
): Promise<PassPlan> {
  const { countPasses } = await import('./count-passes.js');
  return countPasses(parts, options);
}
