import type { GroupBy } from '../dataset/group-by.js';
import type { Dataset } from '../dataset/dataset.js';
import { isGraftError, reasonOf } from '../errors.js';
import { FeatureMemo } from '../features/feature-memo.js';
import { getHead } from '../head/head-registry.js';
import type { FitOptions } from '../model/fit-options.js';
import { TransferModel } from '../model/transfer-model.js';
import { keyedRandom } from '../random/keyed-random.js';
import { checkCount } from '../training/check-number.js';
import { crossValidate, type FoldFigures } from './cross-validate.js';
import { checkSearchSpace, defaultSearchSpace, drawTrial, type DrawnTrial, type SearchBranch } from './search-space.js';
import { textTable } from './text-table.js';

/** Options of {@link randomSearch}. */
export interface RandomSearchOptions extends Pick<
  FitOptions,
  'augmentation' | 'classWeights' | 'onProgress' | 'onWarning' | 'precision' | 'seed' | 'signal' | 'views'
> {
  /** How many are drawn. Default: 20. */
  readonly trials?: number | undefined;
  /** Default: {@link defaultSearchSpace}. */
  readonly space?: readonly SearchBranch[] | undefined;
  /** By what trials are ranked: `accuracy` (default), `macroF1` or `loss`; ties by the loss. */
  readonly scoring?: keyof FoldFigures | undefined;
  /** Folds of each trial's cross-validation. Default: 5. */
  readonly nSplits?: number | undefined;
  /** Default: 1. */
  readonly nRepeats?: number | undefined;
  /** What must not stand on both sides. Default: the samples' own `group`, where they have one. */
  readonly groupBy?: GroupBy | undefined;
}

/** One trial and how it did. */
export interface SearchTrial extends DrawnTrial {
  /** In the order of drawing, from 1. */
  readonly trial: number;
  readonly mean: FoldFigures;
  readonly sd: FoldFigures;
}

/** A trial that could not be scored, and why. */
export interface FailedTrial extends DrawnTrial {
  readonly trial: number;
  readonly reason: string;
}

/** What {@link randomSearch} found. `String(search)` is a table. */
export interface RandomSearch {
  /** Best first. */
  readonly trials: readonly SearchTrial[];
  readonly failed: readonly FailedTrial[];
  /** The first trial's head and options, as `buildTransferModel` and `fit` take them; undefined if all failed. */
  readonly best: { readonly head: DrawnTrial['head']; readonly fit: FitOptions } | undefined;
  toString(): string;
}

/**
 * Tries heads and training settings at random, each judged by cross-validation inside the training data alone, on the same
 * folds. The images run through the frozen prefix once.
 *
 * @param train - The training side of a split: what is chosen here must not have seen the test samples.
 * @throws RangeError for options or a space out of range; DatasetError for data that cannot be folded; AbortedError if aborted.
 * @see Bergstra and Bengio, "Random search for hyper-parameter optimization", 2012
 * @example
 * ```ts
 * const { best } = await randomSearch(model, train, { trials: 30, seed: 42 });
 * const tuned = await buildTransferModel('vgg16', { head: best.head, runtime });
 * await tuned.fit(train, best.fit);
 * ```
 */
export async function randomSearch(
  model: TransferModel,
  train: Dataset,
  options: RandomSearchOptions = {},
): Promise<RandomSearch> {
  const { space = defaultSearchSpace, scoring = 'accuracy', onProgress, ...rest } = options;
  const { trials: _, ...folding } = rest;
  const count = checkCount('trials', options.trials ?? 20);
  const seed = options.seed ?? model.parts.seed;
  checkSearchSpace(space);
  if (!['accuracy', 'macroF1', 'loss'].includes(scoring)) {
    throw new RangeError(`scoring is ${JSON.stringify(scoring)}; there are "accuracy", "macroF1", "loss"`);
  }
  const memo = new FeatureMemo();
  const [scored, failed] = [[] as SearchTrial[], [] as FailedTrial[]];
  for (let trial = 1; trial <= count; trial++) {
    const drawn = drawTrial(space, keyedRandom({ seed, purpose: 'search', trial }));
    try {
      const head = getHead(drawn.head);
      const candidate = new TransferModel({ ...model.parts, head, headName: head.name, boundary: undefined });
      const { mean, sd } = await crossValidate(candidate, train, { ...folding, ...fitOptionsOf(drawn), seed, memo });
      scored.push({ trial, ...drawn, mean, sd });
      onProgress?.({ stage: 'trials', done: trial, total: count, epoch: { ...mean } });
    } catch (error) {
      // What is wrong with the data is wrong with every trial.
      if (!isGraftError(error) || error.code !== 'TRAINING') throw error;
      failed.push({ trial, ...drawn, reason: reasonOf(error) });
      onProgress?.({ stage: 'trials', done: trial, total: count, epoch: {} });
    }
  }
  const sign = scoring === 'loss' ? 1 : -1;
  scored.sort((a, b) => sign * (a.mean[scoring] - b.mean[scoring]) || a.mean.loss - b.mean.loss);
  const [best] = scored;
  return {
    trials: scored,
    failed,
    best: best && { head: best.head, fit: fitOptionsOf(best) },
    toString: () => searchTable(scored, failed),
  };
}

function fitOptionsOf({ fit: { labelSmoothing, ...fit } }: DrawnTrial): FitOptions {
  if (labelSmoothing === undefined) return fit;
  return { ...fit, loss: { name: 'categoricalCrossentropy', labelSmoothing } };
}

function searchTable(scored: readonly SearchTrial[], failed: readonly FailedTrial[]): string {
  const settings = ({ fit }: DrawnTrial) =>
    Object.entries(fit)
      .map(([name, value]) => `${name}=${typeof value === 'number' ? Number(value.toPrecision(4)) : String(value)}`)
      .join(' ');
  return textTable([
    ['head', 'accuracy', 'macro F1', 'loss', 'fit'],
    ...scored.map((trial) => [
      getHead(trial.head).name,
      `${trial.mean.accuracy.toFixed(4)} ± ${trial.sd.accuracy.toFixed(4)}`,
      trial.mean.macroF1.toFixed(4),
      trial.mean.loss.toFixed(4),
      settings(trial),
    ]),
    ...failed.map((trial) => [getHead(trial.head).name, `failed: ${trial.reason}`]),
  ]);
}
