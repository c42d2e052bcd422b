import type { Dataset } from '../dataset/dataset.js';
import { splitDataset, type DatasetSplit } from '../dataset/split-dataset.js';
import type { ChooseThresholdsOptions } from '../evaluation/choose-thresholds.js';
import type { Evaluation } from '../evaluation/evaluate.js';
import type { SkippedImage } from '../model/collect-features.js';
import type { FineTuneOptions } from '../model/fine-tune-options.js';
import type { FitOptions } from '../model/fit-options.js';
import type { FitHistory } from '../model/fit-suffix.js';
import type { TransferModel } from '../model/transfer-model.js';

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
  /** A clock in milliseconds. Default: `performance.now`. */
  readonly now?: () => number;
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
  const {
    testSize,
    validationSize,
    validateOnTest = false,
    split,
    fineTune,
    calibration,
    seed,
    now = () => performance.now(),
    ...fit
  } = options;
  if (validateOnTest && validationSize !== undefined) {
    throw new RangeError('a validation size and validation on the test samples exclude each other; choose one');
  }
  // A layer that is not there must not come out after the head was trained.
  if (fineTune !== undefined) {
    const { planFineTuning } = await import('../model/fine-tune.js');
    planFineTuning(model.parts, { ...sharedByStages(fit), ...fineTune });
  }
  const begin = now();
  const parts = split ?? splitDataset(dataset, { testSize, validationSize, seed, onWarning: fit.onWarning });
  if (calibration !== undefined && parts.validation === undefined) {
    throw new RangeError('temperature and thresholds are fitted on validation images; pass a validation size');
  }
  await model.useClasses(dataset.classNames);
  // Calibration is for the training images alone; the pass below runs them all.
  await model.calibrate(parts.train, { ...fit, seed });
  // One pass over everything: it finds what cannot be read before anything is trained, and fills the cache.
  const { kept, skipped } = await model.extract(
    dataset.samples.map((sample) => sample.source),
    fit,
  );
  const passSeconds = (now() - begin) / 1000;
  const readableIds = new Set(kept.map((index) => dataset.samples[index]?.id));
  const readable = (part: Dataset): Dataset => ({
    ...part,
    samples: part.samples.filter((sample) => readableIds.has(sample.id)),
  });
  const train = readable(parts.train);
  const test = readable(parts.test);
  const chosen = parts.validation && readable(parts.validation);
  const validation = validateOnTest ? (chosen ?? test) : chosen;
  const history = await model.fit(train, { ...fit, seed, validation });
  const fineTuning =
    fineTune && (await model.fineTune(train, { ...sharedByStages(fit), ...fineTune, seed, validation }));
  const quiet = { signal: fit.signal, onWarning: fit.onWarning };
  if (calibration?.temperature === true) await model.calibrateTemperature(chosen as Dataset, quiet);
  if (calibration?.thresholds) await model.chooseThresholds(chosen as Dataset, { ...quiet, ...calibration.thresholds });
  const evaluation = await model.evaluate(test, quiet);
  return {
    counts: {
      train: train.samples.length,
      validation: parts.validation === undefined ? 0 : (validation?.samples.length ?? 0),
      test: test.samples.length,
    },
    history,
    fineTuning,
    test: evaluation,
    skipped,
    timings: {
      totalSeconds: (now() - begin) / 1000,
      featureSeconds: passSeconds + (history.elapsedMs.features + (fineTuning?.elapsedMs.features ?? 0)) / 1000,
      trainSeconds: (history.elapsedMs.training + (fineTuning?.elapsedMs.training ?? 0)) / 1000,
      imagesPerSecond: dataset.samples.length / passSeconds,
    },
  };
}

/** What the second stage takes over; callbacks belong to one stage. */
function sharedByStages(fit: FitOptions): FitOptions {
  const { epochs: _, learningRate: _rate, decay: _decay, schedule: _schedule, callbacks: _callbacks, ...shared } = fit;
  return shared;
}
