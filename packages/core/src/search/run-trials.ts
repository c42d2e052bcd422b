import type { Dataset } from '../dataset/dataset.js';
import { isGraftError, reasonOf } from '../errors.js';
import { FeatureMemo } from '../features/feature-memo.js';
import { getHead } from '../head/head-registry.js';
import type { FitOptions } from '../model/fit-options.js';
import { TransferModel } from '../model/transfer-model.js';
import { keyedRandom } from '../random/keyed-random.js';
import { checkCount } from '../training/check-number.js';
import type { FailedTrial, RandomSearch, RandomSearchOptions, SearchTrial } from './random-search.js';
import { checkSearchSpace, defaultSearchSpace, drawTrial, type DrawnTrial } from './search-space.js';
import { textTable } from './text-table.js';
import { trainFolds } from './train-folds.js';

/** What `randomSearch` does, once it is there. */
export async function runTrials(
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
      const { mean, sd } = await trainFolds(candidate, train, { ...folding, ...fitOptionsOf(drawn), seed, memo });
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
