import {
  buildTransferModel,
  getPreset,
  historyChart,
  parseAugmentations,
  runTrainingJob,
  type EpochLog,
  type Evaluation,
  type InputSize,
  type Interpolation,
  type PreprocessingMode,
  type ProgressListener,
  type Runtime,
  type SkippedImage,
  type TrainingJobOptions,
  type TrainingJobResult,
  type TransferModel,
} from '@graft-ml/core';
import { loadImageFolder } from '../datasets/load-image-folder.js';
import { renderChart } from '../report/render-chart.js';

/** Settings of {@link trainFolder}: the flags of `graft train`. */
export interface TrainSettings {
  readonly backbone: string;
  readonly weights: string;
  readonly head?: string;
  readonly epochs?: number;
  readonly batchSize?: number;
  readonly learningRate?: number;
  readonly testSize?: number;
  readonly validationSize?: number;
  readonly augment?: string;
  readonly views?: number | 'epoch';
  readonly preprocessing?: PreprocessingMode | 'auto';
  readonly interpolation?: Interpolation;
  readonly inputSize?: InputSize;
  readonly preset?: string;
  readonly engine: string;
  readonly seed: number;
  readonly out?: string;
}

/** The surroundings of {@link trainFolder}. */
export interface TrainContext {
  readonly runtime: Runtime;
  readonly signal?: AbortSignal;
  readonly onProgress?: ProgressListener;
  /** Receives lines for people. */
  readonly onNote?: (message: string) => void;
}

/** What {@link trainFolder} gives back: the keys of `graft train --json`. */
export interface TrainFolderResult {
  readonly backbone: string;
  readonly classNames: readonly string[];
  readonly counts: TrainingJobResult['counts'];
  readonly test: Evaluation;
  readonly history: readonly EpochLog[];
  readonly bestEpoch: number;
  readonly engine: string;
  readonly precision: 'fp32';
  readonly timings: TrainingJobResult['timings'];
  readonly skipped: readonly SkippedImage[];
  /** The folder that the model was saved to; null if it was not. */
  readonly artifact: string | null;
}

/** Trains on a folder of images, tests, and saves the model with its plots: the whole of `graft train`. */
export async function trainFolder(
  folder: string,
  settings: TrainSettings,
  context: TrainContext,
): Promise<TrainFolderResult> {
  const { runtime, onNote } = context;
  const preset = settings.preset === undefined ? undefined : getPreset(settings.preset, settings);
  const jobSettings = { ...preset?.job, ...givenJobSettings(settings) };
  if (settings.out !== undefined) await runtime.openArtifact(settings.out).checkWritable();
  const dataset = await loadImageFolder(folder);
  const model = await buildTransferModel(settings.backbone, {
    ...preset?.build,
    ...given({
      weights: settings.weights,
      head: settings.head,
      inputSize: settings.inputSize,
      preprocessing: settings.preprocessing,
      interpolation: settings.interpolation,
      engine: settings.engine,
      seed: settings.seed,
      signal: context.signal,
      onProgress: context.onProgress,
      onWarning: onNote,
    }),
    runtime,
  });
  try {
    const { engine, engineReason } = model.parts;
    onNote?.(`${settings.backbone} on ${engine.name} (${engineReason}), ${dataset.samples.length} images`);
    const result = await runTrainingJob(model, dataset, {
      ...jobSettings,
      seed: settings.seed,
      signal: context.signal,
      onProgress: context.onProgress,
      onWarning: onNote,
    });
    if (settings.out !== undefined) await saveWithPlots(model, settings.out, result);
    return {
      backbone: settings.backbone,
      classNames: dataset.classNames,
      counts: result.counts,
      test: result.test,
      history: result.history.epochs,
      bestEpoch: result.history.bestEpoch,
      engine: engine.name,
      precision: 'fp32',
      timings: result.timings,
      skipped: result.skipped,
      artifact: settings.out ?? null,
    };
  } finally {
    await model.dispose();
  }
}

/** What the user gave of the job's settings; what was not given leaves the preset's. */
function givenJobSettings(settings: TrainSettings): Partial<TrainingJobOptions> {
  const { augment, validationSize } = settings;
  return given({
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

/** An object without its undefined entries. */
function given<Entries extends object>(
  entries: Entries,
): { [Key in keyof Entries]?: Exclude<Entries[Key], undefined> } {
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined)) as {
    [Key in keyof Entries]?: Exclude<Entries[Key], undefined>;
  };
}

async function saveWithPlots(model: TransferModel, folder: string, result: TrainingJobResult): Promise<void> {
  const { epochs, bestEpoch } = result.history;
  const plot = await renderChart(historyChart(epochs));
  await model.save(folder, {
    training: {
      counts: result.counts,
      bestEpoch,
      history: epochs,
      test: { accuracy: result.test.accuracy, confusionMatrix: result.test.confusionMatrix },
    },
    files: new Map([
      ['history.svg', new TextEncoder().encode(plot.svg)],
      ['history.png', plot.png],
    ]),
  });
}
