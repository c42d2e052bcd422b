import { groupNames } from '../dataset/group-by.js';
import type { Dataset } from '../dataset/dataset.js';
import { FeatureMemo } from '../features/feature-memo.js';
import type { SkippedImage } from '../model/collect-features.js';
import type { TransferModel } from '../model/transfer-model.js';
import type { CrossValidateOptions, CrossValidation } from './cross-validate.js';
import { crossValidationFolds, type DatasetFold } from './cross-validation-folds.js';
import { joinFolds, type FoldOutcome } from './fold-outcome.js';
import { FoldTrainer } from './fold-trainer.js';
import { macroF1Of } from './macro-f1.js';

/** What `crossValidate` does, once it is there. */
export async function trainFolds(
  model: TransferModel,
  dataset: Dataset,
  options: CrossValidateOptions = {},
): Promise<CrossValidation> {
  return joinFolds(dataset, await trainSomeFolds(model, dataset, options));
}

const usualSplits = 5;

/**
 * The folds that `crossValidate` would train with the same options.
 * @throws RangeError for counts out of range; DatasetError if a fold's training side lacks a class.
 * @example `planFolds(dataset, { nSplits: 5, seed: 42 }).length // 5`
 */
export function planFolds(
  dataset: Dataset,
  options: Pick<CrossValidateOptions, 'nSplits' | 'nRepeats' | 'groupBy' | 'onWarning'> & { readonly seed: number },
): DatasetFold[] {
  const { nSplits = usualSplits, nRepeats = 1, groupBy = 'group', seed, onWarning } = options;
  const groups = groupNames(dataset.samples, groupBy);
  return crossValidationFolds(dataset, { groups, nSplits, nRepeats, seed, onWarning });
}

/**
 * Trains and tests folds of a cross-validation: all of them, or one that this machine was given. A fold gives the same whoever
 * trains it, and whatever others are trained beside it; {@link joinFolds} puts them together.
 *
 * @param options.only - The number of a fold, from 1 and through all repeats. Default: all.
 * @throws RangeError if there is no such fold; what `crossValidate` throws.
 */
export async function trainSomeFolds(
  model: TransferModel,
  dataset: Dataset,
  options: CrossValidateOptions & { readonly only?: number | undefined } = {},
): Promise<{ readonly outcomes: readonly FoldOutcome[]; readonly skipped: readonly SkippedImage[] }> {
  const { nSplits = usualSplits, nRepeats: _, groupBy: _groupBy, memo = new FeatureMemo(), only, ...fit } = options;
  const seed = options.seed ?? model.parts.seed;
  const folds = planFolds(dataset, { ...options, seed });
  if (only !== undefined && folds[only - 1] === undefined) {
    throw new RangeError(`there is no fold ${only}; pass one from 1 to ${folds.length}`);
  }
  const { onProgress } = fit;
  const trainer = await FoldTrainer.create(model.parts, { classNames: dataset.classNames, memo });
  try {
    const skipped = await trainer.readAll(dataset, folds[0]!.train, { ...fit, seed });
    const outcomes: FoldOutcome[] = [];
    for (const [index, { train, test }] of folds.entries()) {
      if (only !== undefined && index !== only - 1) continue;
      const sides = { train: trainer.readable(train), test: trainer.readable(test) };
      const evaluation = await trainer.run(sides, { ...fit, seed, onProgress: undefined });
      const { accuracy, loss } = evaluation;
      const macroF1 = macroF1Of(evaluation);
      outcomes.push({
        result: {
          repeat: Math.floor(index / nSplits) + 1,
          fold: (index % nSplits) + 1,
          counts: { train: sides.train.samples.length, test: sides.test.samples.length },
          accuracy,
          macroF1,
          loss,
        },
        predictions: evaluation.predictions.map(({ label, scores }, place) => ({
          id: sides.test.samples[place]?.id ?? '',
          label,
          scores,
        })),
      });
      onProgress?.({ stage: 'folds', done: index + 1, total: folds.length, epoch: { accuracy, macroF1, loss } });
    }
    return { outcomes, skipped };
  } finally {
    await trainer.dispose();
  }
}
