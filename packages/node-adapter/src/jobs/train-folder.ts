import {
  AbortedError,
  getPreset,
  isGraftError,
  parseAugmentations,
  runTrainingJob,
  type AuditReport,
  type Dataset,
  type DatasetSplit,
  type Dialect,
  type InputSize,
  type Interpolation,
  type Precision,
  type PreprocessingMode,
  type ProgressListener,
  type ResizeMode,
  type Runtime,
  type ScoreCalibration,
  type SkippedImage,
  type TrainingJobOptions,
  type TrainingJobResult,
} from '@graft-ml/core';
import type { Evaluation } from '@graft-ml/core/evaluation';
import { countParameters } from '@graft-ml/core/search';
import { warnOfLeaks } from '../datasets/near-duplicates/warn-of-leaks.js';
import { openTrainingData, type DataSettings } from '../datasets/open-training-data.js';
import { buildFromSettings } from './build-from-settings.js';
import { calibrationStage, type CalibrationSettings } from './calibration-stage.js';
import { commandLine } from './command-line.js';
import { given } from './given.js';
import { stagedHistory, type StagedEpoch } from './staged-history.js';
import { trainCheckpoints, type TrainCheckpoints } from './train-checkpoints.js';
import type { TrainingRun } from './training-report.js';

/** Settings of {@link trainFolder}: the flags of `graft train`. */
export interface TrainSettings extends DataSettings, CalibrationSettings {
  readonly backbone: string;
  /** Default: the backbone's own. */
  readonly weights?: string | undefined;
  readonly dialect?: Dialect | undefined;
  readonly head?: string;
  readonly epochs?: number;
  readonly batchSize?: number;
  readonly learningRate?: number;
  readonly augment?: string;
  readonly views?: number | 'epoch';
  readonly preprocessing?: PreprocessingMode | 'auto';
  readonly interpolation?: Interpolation;
  readonly resize?: ResizeMode;
  readonly inputSize?: InputSize;
  readonly preset?: string;
  readonly engine: string;
  /** Default: `fp32`. */
  readonly precision?: Precision;
  readonly seed: number;
  /** The first block or layer of the backbone that a second stage trains, with all behind it. None by default. */
  readonly fineTune?: string;
  readonly fineTuneEpochs?: number;
  readonly fineTuneLearningRate?: number;
  readonly out?: string;
  /** Puts the backbone's weights into the saved model, so that it needs nothing else. Default: false. */
  readonly embedBase?: boolean | undefined;
  /** Goes on from what a run to the same `out` left when it was cut off, or starts where nothing is. Default: false. */
  readonly resume?: boolean;
  /** Writes `report.html` and a model card, `README.md`, beside the model. Default: true. */
  readonly report?: boolean | undefined;
  /** Whether the data are medical, so that reports say what they are not for. Default: recognised, see `medicalReason`. */
  readonly medical?: boolean | undefined;
}

/** The surroundings of {@link trainFolder}. */
export interface TrainContext {
  readonly runtime: Runtime;
  readonly signal?: AbortSignal;
  readonly onProgress?: ProgressListener;
  /** Receives lines for people. */
  readonly onNote?: (message: string) => void;
  /** The words of the command that this is, for the report. Default: none; the report shows code. */
  readonly commandLine?: readonly string[] | undefined;
  /** An audit of the same data, with their sides, for the report. Default: it is made with the report. */
  readonly audit?: AuditReport | undefined;
  /** A clock in milliseconds, for timings. Default: `performance.now`. */
  readonly now?: (() => number) | undefined;
  /** When the report was written. Default: it does not say. */
  readonly clock?: (() => Date) | undefined;
}

/** What {@link trainFolder} gives back: the keys of `graft train --json`. */
export interface TrainFolderResult {
  readonly backbone: string;
  readonly classNames: readonly string[];
  readonly counts: TrainingJobResult['counts'];
  readonly test: Evaluation;
  readonly history: readonly StagedEpoch[];
  readonly bestEpoch: number;
  readonly engine: string;
  /** What really ran. */
  readonly precision: Precision;
  readonly timings: TrainingJobResult['timings'];
  readonly skipped: readonly SkippedImage[];
  /** Numbers that backbone and head have learnt. */
  readonly parameters: number;
  /** What the model does to its scores; null if nothing was asked for. */
  readonly calibration?: ScoreCalibration | null;
  /** The folder that the model was saved to; null if it was not. */
  readonly artifact: string | null;
}

/**
 * Trains on a data set (a folder of images, a manifest, a pattern), tests, and saves the model with its plots: the whole of
 * `graft train`.
 *
 * @throws RangeError for settings that do not exist or do not go together; DatasetError, WeightsError, DownloadError, EngineError,
 *   TrainingError or ArtifactError for what they name; AbortedError when `signal` ends it.
 * @example `const { test } = await trainFolder('photos', { backbone: 'graft-tiny', engine: 'auto', seed: 42 }, { runtime });`
 */
export async function trainFolder(
  folder: string,
  settings: TrainSettings,
  context: TrainContext,
): Promise<TrainFolderResult> {
  const { onNote } = context;
  // What is wrong with settings comes out before any folder is made.
  trainingJobSettings(settings);
  const checkpoints = await openCheckpoints(settings, context);
  const run = await openTrainingRun(folder, settings, context);
  const { dataset, split } = run;
  if (onNote !== undefined) {
    const { signal, runtime } = context;
    await warnOfLeaks(split, { ...sight(runtime), signal, onWarning: onNote });
  }
  const model = await buildFromSettings(settings, context);
  try {
    const { engine, engineReason } = model.parts;
    onNote?.(`${settings.backbone} on ${engine.name} (${engineReason}), ${dataset.samples.length} images`);
    const checkpoint = checkpoints && { open: checkpoints.open, resume: settings.resume };
    const result = await runTrainingJob(model, dataset, { ...run.job, checkpoint });
    const finished = await finishTraining({ location: folder, model, dataset, split, result, settings }, context);
    await checkpoints?.clear();
    return finished;
  } catch (error) {
    if (isGraftError(error) && error.code === 'ABORTED' && (await checkpoints?.exist()) === true) {
      const command = resumeCommand(context.commandLine);
      throw new AbortedError(`stopped; goes on from ${checkpoints?.folder ?? ''} with ${command}`, { cause: error });
    }
    throw error;
  } finally {
    await model.dispose();
  }
}

function resumeCommand(words: readonly string[] | undefined): string {
  if (words === undefined) return 'the same settings and resume: true';
  return commandLine('graft', words.includes('--resume') ? words : [...words, '--resume']);
}

/** What a training works on. */
export interface OpenedTraining {
  readonly dataset: Dataset;
  readonly split: DatasetSplit;
  /** What the model is trained with. */
  readonly job: TrainingJobOptions;
}

/** Opens the data of a training, and reads its settings. */
export async function openTrainingRun(
  folder: string,
  settings: Omit<TrainSettings, 'backbone'>,
  context: TrainContext,
): Promise<OpenedTraining> {
  const { runtime, signal, now, onProgress, onNote: onWarning } = context;
  const jobSettings = trainingJobSettings(settings);
  // A split that was made before brings its own sizes; a preset's do not count then.
  const sizes = settings.split === undefined ? jobSettings : settings;
  const data = { ...settings, testSize: sizes.testSize, validationSize: sizes.validationSize };
  const { dataset, split } = await openTrainingData(folder, data, { ...context, ...sight(runtime) });
  return { dataset, split, job: { ...jobSettings, split, seed: settings.seed, now, signal, onProgress, onWarning } };
}

/** A job's settings: the preset's, and over them what the user gave. */
export function trainingJobSettings(settings: Omit<TrainSettings, 'backbone'>): Partial<TrainingJobOptions> {
  const preset = settings.preset === undefined ? undefined : getPreset(settings.preset, settings);
  return { ...preset?.job, ...givenJobSettings(settings) };
}

/** Saves a model that was trained and tested, if that is asked for, and tells of it. */
export async function finishTraining(run: TrainingRun, context: TrainContext): Promise<TrainFolderResult> {
  const { model, dataset, result, settings } = run;
  if (settings.out !== undefined) await saveWithReport(settings.out, run, context);
  const { staged, bestEpoch } = stagedHistory(result);
  return {
    backbone: settings.backbone,
    classNames: dataset.classNames,
    counts: result.counts,
    test: result.test,
    history: staged,
    bestEpoch,
    engine: model.parts.engine.name,
    precision: model.precision,
    timings: result.timings,
    skipped: [...(dataset.skipped ?? []), ...result.skipped],
    parameters: countParameters(model),
    calibration: model.calibration ?? null,
    artifact: settings.out ?? null,
  };
}

/** What looks at images before anything is trained, and remembers what it saw. */
function sight({ images, cache }: Runtime): Pick<Runtime, 'images' | 'cache'> {
  return { images, cache };
}

/** Where the run is kept, for a model that is saved at its end. */
async function openCheckpoints(
  { out, resume = false }: TrainSettings,
  { runtime, onNote }: TrainContext,
): Promise<TrainCheckpoints | undefined> {
  if (out === undefined) {
    if (resume) throw new RangeError('--resume needs --out: a run is kept beside the folder that its model goes to');
    return undefined;
  }
  await runtime.openArtifact(out).checkWritable();
  const checkpoints = trainCheckpoints(out);
  if (await checkpoints.exist()) {
    const { folder } = checkpoints;
    onNote?.(
      resume
        ? `going on from ${folder}`
        : `${folder} holds a run that was cut off; this one starts anew (--resume goes on)`,
    );
  }
  return checkpoints;
}

/** What the user gave of the job's settings; what was not given leaves the preset's. */
function givenJobSettings(settings: Omit<TrainSettings, 'backbone'>): Partial<TrainingJobOptions> {
  const { augment, validationSize, fineTune, fineTuneEpochs: epochs, fineTuneLearningRate: learningRate } = settings;
  if (fineTune === undefined && (epochs ?? learningRate) !== undefined) {
    throw new RangeError('--fine-tune-epochs and --fine-tune-learning-rate need --fine-tune: say what to unfreeze');
  }
  return given({
    calibration: calibrationStage(settings),
    fineTune: fineTune === undefined ? undefined : { unfreezeFrom: fineTune, ...given({ epochs, learningRate }) },
    epochs: settings.epochs,
    batchSize: settings.batchSize,
    learningRate: settings.learningRate,
    testSize: settings.testSize,
    views: settings.views,
    validationSize,
    validateOnTest: validationSize === undefined ? undefined : false,
    augmentation: augment === undefined ? undefined : parseAugmentations(augment),
  });
}

async function saveWithReport(folder: string, run: TrainingRun, context: TrainContext): Promise<void> {
  const { model, result } = run;
  const { staged, bestEpoch } = stagedHistory(result);
  const { trainingFiles } = await import('./training-report.js');
  const { reportVersions } = await import('../report/report-versions.js');
  await model.save(folder, {
    dataset: run.dataset,
    metrics: testMetrics(result.test),
    versions: await reportVersions(model.parts.engine.name),
    embedBase: run.settings.embedBase,
    training: {
      settings: savedSettings(run.settings),
      counts: result.counts,
      bestEpoch,
      history: staged,
      test: { accuracy: result.test.accuracy, confusionMatrix: result.test.confusionMatrix },
    },
    files: await trainingFiles(run, context),
  });
}

/** What was chosen; not where things lie, which is nobody's business and differs between runs of the same. */
function savedSettings(settings: TrainSettings): Readonly<Record<string, unknown>> {
  const { out: _, resume: _resume, report: _report, root: _root, split: _split, ...chosen } = settings;
  // Sorted: equal settings are equal bytes, in whatever order they were given.
  return Object.fromEntries(Object.entries(given(chosen)).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function testMetrics({ accuracy, loss, report }: Evaluation): Readonly<Record<string, number>> {
  const { precision, recall, f1Score } = report.macroAvg;
  return { accuracy, loss, macroPrecision: precision, macroRecall: recall, macroF1: f1Score };
}
