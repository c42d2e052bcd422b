import {
  crossValidate,
  type CrossValidateOptions,
  type CrossValidation,
  type Dataset,
  type SkippedImage,
  type TransferModel,
} from '@graft-ml/core';
import { joinFolds, trainSomeFolds, type FoldOutcome } from '@graft-ml/core/search';
import { openGrouped } from '../datasets/open-training-data.js';
import { buildFromSettings } from './build-from-settings.js';
import { trainingJobSettings, type TrainContext, type TrainSettings } from './train-folder.js';

/** Flags that have no meaning where every image is tested once and no model is kept. */
const needless = [
  'testSize',
  'validationSize',
  'split',
  'fineTune',
  'temperatureScaling',
  'thresholds',
  'thresholdClass',
  'out',
  'resume',
] as const satisfies readonly (keyof TrainSettings)[];

/** What all folds share. */
export interface FoldFacts {
  readonly backbone: string;
  readonly head: string;
  readonly classNames: readonly string[];
  readonly engine: string;
}

/** What {@link crossValidateFolder} gives back. */
export interface CrossValidateFolderResult extends CrossValidation, FoldFacts {}

/** Settings of a cross-validation. */
export type FoldSettings = TrainSettings & { readonly folds: number };

/**
 * Cross-validates on a data set: `graft train DATASET --folds K`.
 * @throws RangeError for settings that have no meaning here.
 */
export async function crossValidateFolder(
  folder: string,
  settings: FoldSettings,
  context: TrainContext,
): Promise<CrossValidateFolderResult> {
  return withFolds(folder, { settings, context }, async ({ model, dataset, options, facts }) => ({
    ...(await crossValidate(model, dataset, options)),
    ...facts,
  }));
}

/** What {@link trainFoldOfFolder} gives back: plain data. */
export interface FoldOfFolder {
  readonly outcome: FoldOutcome;
  readonly skipped: readonly SkippedImage[];
  readonly facts: FoldFacts;
}

/**
 * Trains and tests one fold of what `crossValidateFolder` would: machines that take a fold each do the same together.
 * @param job.fold - From 1.
 * @throws What `crossValidateFolder` throws.
 */
export async function trainFoldOfFolder(
  folder: string,
  job: { readonly settings: FoldSettings; readonly fold: number },
  context: TrainContext,
): Promise<FoldOfFolder> {
  const { settings, fold } = job;
  return withFolds(folder, { settings, context }, async ({ model, dataset, options, facts }) => {
    const { outcomes, skipped } = await trainSomeFolds(model, dataset, { ...options, only: fold });
    return { outcome: outcomes[0] as FoldOutcome, skipped, facts };
  });
}

/**
 * Puts folds together that {@link trainFoldOfFolder} trained.
 * @param job.folds - All of them, in their order.
 * @returns What `crossValidateFolder` gives back.
 * @throws RangeError unless each fold is there once.
 */
export async function joinFoldsOfFolder(
  folder: string,
  job: { readonly settings: FoldSettings; readonly folds: readonly FoldOfFolder[] },
  context: TrainContext,
): Promise<CrossValidateFolderResult> {
  const { settings, folds } = job;
  const [first] = folds;
  if (first === undefined || folds.length !== settings.folds) {
    throw new RangeError(`there are ${folds.length} folds to put together, not ${settings.folds}; pass all of them`);
  }
  const dataset = await openGrouped(folder, settings, { ...context, images: context.runtime.images });
  const outcomes = folds.map(({ outcome }) => outcome);
  return { ...joinFolds(dataset, { outcomes, skipped: first.skipped }), ...first.facts };
}

interface FoldWork {
  readonly model: TransferModel;
  readonly dataset: Dataset;
  readonly options: CrossValidateOptions;
  readonly facts: FoldFacts;
}

async function withFolds<Result>(
  folder: string,
  { settings, context }: { readonly settings: FoldSettings; readonly context: TrainContext },
  work: (parts: FoldWork) => Promise<Result>,
): Promise<Result> {
  checkFoldSettings(settings);
  const { testSize: _, validateOnTest: _2, validationSize: _3, ...fit } = trainingJobSettings(settings);
  const dataset = await openGrouped(folder, settings, { ...context, images: context.runtime.images });
  const model = await buildFromSettings(settings, context);
  try {
    const { signal, onProgress, onNote: onWarning } = context;
    const { backbone, headName: head, engine } = model.parts;
    return await work({
      model,
      dataset,
      options: { ...fit, nSplits: settings.folds, seed: settings.seed, signal, onProgress, onWarning },
      facts: { backbone: backbone.name, head, classNames: dataset.classNames, engine: engine.name },
    });
  } finally {
    await model.dispose();
  }
}

/**
 * Checks settings of a cross-validation.
 * @throws RangeError for settings that have no meaning where every image is tested once and no model is kept.
 */
export function checkFoldSettings(settings: FoldSettings): void {
  const given = needless.filter((name) => settings[name] !== undefined);
  if (given.length === 0) return;
  const flags = given.map((name) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`);
  throw new RangeError(`--folds tests every image and keeps no model: leave out ${flags.join(', ')}`);
}
