import {
  parseAugmentations,
  type Augmentation,
  type Dataset,
  type ProgressListener,
  type Runtime,
  type ScoreCalibration,
  type SkippedImage,
  type TransferModel,
} from '@graft-ml/core';
import type { Evaluation } from '@graft-ml/core/evaluation';
import {
  analyzeErrors,
  ensemble,
  summarizeEvaluation,
  type EnsembleMember,
  type ErrorAnalysis,
  type EvaluationSummary,
} from '@graft-ml/core/evaluation';
import { openDataset } from '../datasets/open-dataset.js';
import { openGrouped, type DataSettings } from '../datasets/open-training-data.js';
import type { EvaluationFileSettings } from './evaluation-report.js';
import { withModels } from './open-models.js';
import { writePredictionsCsv } from './write-predictions-csv.js';

/** How images are run through saved models: flags that `graft evaluate` and `graft compare` share. */
export interface RunSettings extends Omit<DataSettings, 'split' | 'testSize' | 'validationSize'> {
  /** The backbone's weights file, where it no longer lies where it lay in training. */
  readonly weights?: string | undefined;
  /** An engine's name. Default: `auto`. */
  readonly engine?: string | undefined;
  /** Views of each image whose scores are averaged. Default: 1. */
  readonly tta?: number | undefined;
  /** How the views are made, as `parseAugmentations` reads it. Default: mirrored, and turned a little. */
  readonly augment?: string | undefined;
  /** Confidence of the intervals, between 0 and 1. Default: 0.95. */
  readonly confidence?: number | undefined;
  /** A CSV file for the predictions. None by default. */
  readonly csv?: string | undefined;
}

/** Settings of {@link evaluateModel}: the flags of `graft evaluate`. */
export interface EvaluateSettings extends RunSettings, EvaluationFileSettings {
  /** Further saved models; the mean of all scores counts. None by default. */
  readonly ensemble?: readonly string[] | undefined;
  /** Further data sets, from elsewhere, to stand beside the first. None by default. */
  readonly external?: readonly string[] | undefined;
}

/** The surroundings of a job that runs saved models. */
export interface RunContext {
  readonly runtime: Runtime;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ProgressListener | undefined;
  /** Receives lines for people. */
  readonly onNote?: ((message: string) => void) | undefined;
  /** The words of the command that this is, for a report. Default: none. */
  readonly commandLine?: readonly string[] | undefined;
  /** When a report was written. Default: it does not say. */
  readonly clock?: (() => Date) | undefined;
}

/** A data set, and how the model does on it. */
export interface EvaluatedDataset {
  /** Where it lies, as it was given. */
  readonly location: string;
  readonly evaluation: Evaluation;
  readonly summary: EvaluationSummary;
  readonly errors: ErrorAnalysis;
  /** What was left out: of the data set, and of its images. */
  readonly skipped: readonly SkippedImage[];
}

/** What {@link evaluateModel} gives back. */
export interface EvaluateModelResult extends EvaluatedDataset {
  readonly classNames: readonly string[];
  /** The saved models, more than one of an ensemble. */
  readonly models: readonly string[];
  /** What each model does to its scores, in the order of `models`. */
  readonly calibrations: readonly (ScoreCalibration | undefined)[];
  readonly external: readonly EvaluatedDataset[];
}

/**
 * Tests a saved model, or several as one, on a data set and on others beside it: the whole of `graft evaluate`.
 *
 * @throws DatasetError for a data set with a class that the model does not know; RangeError for models of different classes, or
 *   settings out of range; what `loadTransferModel` throws.
 * @example `const result = await evaluateModel('models/mine', 'test-set', { settings: { seed: 42 }, context: { runtime } });`
 */
export async function evaluateModel(
  folder: string,
  location: string,
  { settings, context }: { readonly settings: EvaluateSettings; readonly context: RunContext },
): Promise<EvaluateModelResult> {
  const { ensemble: others = [], external = [], csv } = settings;
  const folders = [folder, ...others];
  const sets: (readonly [location: string, dataset: Dataset])[] = [
    [location, await openGrouped(location, settings, { ...context, images: context.runtime.images })],
  ];
  // All are opened before the work: a wrong path must not come out at its end.
  for (const other of external) sets.push([other, await openDataset(other, { signal: context.signal })]);
  return withModels(folders, loadOptions(settings, context), async (models) => {
    const one = models.length === 1 ? (models[0] as TransferModel) : ensemble(models);
    const results: EvaluatedDataset[] = [];
    for (const [name, dataset] of sets) {
      const evaluation = await evaluateOn(one, dataset, { settings, context });
      const { seed, confidence: confidenceLevel } = settings;
      results.push({
        location: name,
        evaluation,
        summary: summarizeEvaluation(evaluation, { seed, confidenceLevel }),
        errors: analyzeErrors(evaluation),
        skipped: [...(dataset.skipped ?? []), ...evaluation.skipped],
      });
    }
    const [first, ...rest] = results as [EvaluatedDataset, ...EvaluatedDataset[]];
    const { classNames, predictions } = first.evaluation;
    if (csv !== undefined) await writePredictionsCsv(csv, { classNames, predictions });
    if ((settings.report ?? settings.plots) !== undefined) {
      const { writeEvaluationFiles } = await import('./evaluation-report.js');
      const { seed } = settings;
      const [, dataset] = sets[0] as (typeof sets)[number];
      const model = models.length === 1 ? models[0] : undefined;
      const run = { ...first, dataset, folders, model, seed };
      await writeEvaluationFiles(run, settings, context);
    }
    const calibrations = models.map(({ calibration }) => calibration);
    return { ...first, classNames, models: folders, calibrations, external: rest };
  });
}

/** How a job's models are loaded. */
export function loadOptions({ weights, engine }: RunSettings, { runtime, signal, onProgress, onNote }: RunContext) {
  return { runtime, weights, engine, signal, onProgress, onWarning: onNote };
}

/** Runs a data set through a model with a job's settings. */
async function evaluateOn(
  model: EnsembleMember,
  dataset: Dataset,
  { settings, context }: { readonly settings: RunSettings; readonly context: RunContext },
): Promise<Evaluation> {
  const { signal, onProgress, onNote: onWarning } = context;
  return model.evaluate(dataset, { ...viewSettings(settings), signal, onProgress, onWarning });
}

/** Test-time augmentation as the flags say it. */
export function viewSettings({ tta, augment, seed }: Pick<RunSettings, 'tta' | 'augment' | 'seed'>): {
  readonly tta: number | undefined;
  readonly augmentation: readonly Augmentation[] | undefined;
  readonly seed: number;
} {
  return { tta, augmentation: augment === undefined ? undefined : parseAugmentations(augment), seed };
}
