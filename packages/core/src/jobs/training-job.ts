import type { Dataset } from '../dataset/dataset.js';
import type { DatasetSplit } from '../dataset/split-dataset.js';
import type { ChooseThresholdsOptions } from '../evaluation/choose-thresholds.js';
import type { Evaluation } from '../evaluation/evaluate.js';
import type { SkippedImage } from '../model/collect-features.js';
import type { FineTuneOptions } from '../model/fine-tune-options.js';
import type { FitOptions } from '../model/fit-options.js';
import type { FitHistory } from '../model/fit-suffix.js';
import type { TransferModel, TransferModelParts } from '../model/transfer-model.js';

/** Options of {@link runTrainingJob}. */
export interface TrainingJobOptions extends Omit<FitOptions, 'seed' | 'validation'> {
  /** Share of the samples kept for the test, 0–1. Default: 0.2. */
  readonly testSize?: number | undefined;
  /** Share of the samples that picks the epoch, 0–1. None by default. */
  readonly validationSize?: number | undefined;
  /** The sides, where they are chosen already; `testSize` and `validationSize` are then not looked at. Default: a new split. */
  readonly split?: DatasetSplit | undefined;
  /** Lets the test samples pick the epoch, as the 2020 notebook did: for comparison with it only. Default: false. */
  readonly validateOnTest?: boolean | undefined;
  /**
   * A second stage: unfreezes a part of the backbone once the head is trained. What is not given here (batch size, augmentation,
   * loss, …) is as for the head; learning rate, epochs and schedule are not. None by default.
   */
  readonly fineTune?: FineTuneStage | undefined;
  /**
   * What is fitted on the validation samples once the model is trained: its temperature, its thresholds. Both see the samples
   * that picked the epoch, but not those of the test. Nothing by default.
   */
  readonly calibration?: CalibrationStage | undefined;
  /** Decides the split and all of training. */
  readonly seed: number;
}

/** How the second stage differs from the first. */
export type FineTuneStage = Omit<FineTuneOptions, 'checkpoint' | 'seed' | 'validation'>;

/** What is done to a model's scores after training; see `calibrateTemperature` and `chooseThresholds`. */
export interface CalibrationStage {
  /** Default: false. */
  readonly temperature?: boolean | undefined;
  /** Default: no thresholds. */
  readonly thresholds?: ChooseThresholdsOptions | undefined;
}

/** What {@link runTrainingJob} gives back. */
export interface TrainingJobResult {
  readonly counts: { readonly train: number; readonly validation: number; readonly test: number };
  /** The head's. */
  readonly history: FitHistory;
  /** The second stage's; undefined without one. */
  readonly fineTuning: FitHistory | undefined;
  readonly test: Evaluation;
  readonly skipped: readonly SkippedImage[];
  readonly timings: {
    readonly totalSeconds: number;
    /** Images through the frozen prefix, or out of the cache. */
    readonly featureSeconds: number;
    readonly trainSeconds: number;
    /** Images of the whole set for each second of the first pass. */
    readonly imagesPerSecond: number;
  };
}

/**
 * The notebook's job: split, run every image through the frozen prefix, train the head, test it.
 *
 * @param model - A model that does not know its classes yet, or knows the data set's.
 * @throws DatasetError if more than a tenth of the images cannot be read; what `splitDataset`, `fit` and `evaluate` throw.
 */
export async function runTrainingJob(
  model: TransferModel,
  dataset: Dataset,
  options: TrainingJobOptions,
): Promise<TrainingJobResult> {
  const trained = await runHeadJob(model, dataset, options);
  return runTestJob(model, dataset, { ...options, trained });
}

/** What {@link checkTrainingJob} looks at of a model, which need not be built yet. */
export type JobModel = Pick<TransferModelParts, 'backbone' | 'inputSize' | 'head' | 'headName' | 'unfrozen'>;

/**
 * Finds out before any work what {@link runTrainingJob} would refuse, as far as neither images nor weights tell: here, or where a
 * job is only handed on. Needs TensorFlow.js with any backend.
 * @throws RangeError for options that do not exist, are out of range or exclude each other, and for a layer that is not there.
 */
export async function checkTrainingJob(model: JobModel, options: Omit<TrainingJobOptions, 'seed'>): Promise<void> {
  const { checkJob } = await import('./check-job.js');
  checkJob(model, options);
}

/** What {@link runHeadJob} gives back: plain data, so that another machine can test what this one trained. */
export interface TrainedHead extends Pick<TrainingJobResult, 'history' | 'fineTuning' | 'skipped' | 'timings'> {
  /** Ids of the samples that could not be read. */
  readonly unreadable: readonly string[];
}

/**
 * The first part of {@link runTrainingJob}: all of it but the test.
 * @throws What `runTrainingJob` throws.
 */
export async function runHeadJob(
  model: TransferModel,
  dataset: Dataset,
  options: TrainingJobOptions,
): Promise<TrainedHead> {
  const { trainHead } = await import('./training-stages.js');
  return trainHead(model, dataset, options);
}

/**
 * The second part of {@link runTrainingJob}: tests what {@link runHeadJob} trained, here or elsewhere.
 *
 * @param model - The trained one, or one that was saved then and loaded again.
 * @param options - As they were for the training, and what it gave.
 * @throws What `runTrainingJob` throws.
 */
export async function runTestJob(
  model: TransferModel,
  dataset: Dataset,
  options: TrainingJobOptions & { readonly trained: TrainedHead },
): Promise<TrainingJobResult> {
  const { testHead } = await import('./training-stages.js');
  return testHead(model, dataset, options);
}
