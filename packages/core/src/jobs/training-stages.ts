import type { Dataset } from '../dataset/dataset.js';
import { splitDataset, type DatasetSplit } from '../dataset/split-dataset.js';
import type { TransferModel } from '../model/transfer-model.js';
import { checkJob, sharedByStages } from './check-job.js';
import type { TrainedHead, TrainingJobOptions, TrainingJobResult } from './training-job.js';

/** What `runHeadJob` does, once it is there. */
export async function trainHead(
  model: TransferModel,
  dataset: Dataset,
  options: TrainingJobOptions,
): Promise<TrainedHead> {
  const { validateOnTest, validationSize: _, fineTune, calibration, seed, ...rest } = options;
  const { testSize: _size, split: _split, ...fit } = rest;
  const { now = clock } = fit;
  const begin = now();
  const parts = sidesOf(dataset, options);
  // A layer that is not there must not come out after the head was trained.
  checkJob(model.parts, { ...options, split: parts });
  await model.useClasses(dataset.classNames);
  // Calibration is for the training images alone; the pass below runs them all.
  await model.calibrate(parts.train, { ...fit, seed });
  // One pass over everything: it finds what cannot be read before anything is trained, and fills the cache.
  const { kept, skipped } = await model.extract(
    dataset.samples.map((sample) => sample.source),
    fit,
  );
  const isKept = new Set(kept);
  const unreadable = dataset.samples.filter((_, index) => !isKept.has(index)).map(({ id }) => id);
  const passSeconds = (now() - begin) / 1000;
  const { train, chosen, validation } = readableSides(parts, { unreadable, validateOnTest });
  const history = await model.fit(train, { ...fit, seed, validation });
  const fineTuning =
    fineTune && (await model.fineTune(train, { ...sharedByStages(fit), ...fineTune, seed, validation }));
  const quiet = { signal: fit.signal, onWarning: fit.onWarning };
  if (calibration?.temperature === true) await model.calibrateTemperature(chosen as Dataset, quiet);
  if (calibration?.thresholds) await model.chooseThresholds(chosen as Dataset, { ...quiet, ...calibration.thresholds });
  return {
    history,
    fineTuning,
    skipped,
    unreadable,
    timings: {
      totalSeconds: (now() - begin) / 1000,
      featureSeconds: passSeconds + (history.elapsedMs.features + (fineTuning?.elapsedMs.features ?? 0)) / 1000,
      trainSeconds: (history.elapsedMs.training + (fineTuning?.elapsedMs.training ?? 0)) / 1000,
      imagesPerSecond: dataset.samples.length / passSeconds,
    },
  };
}

/** What `runTestJob` does, once it is there. */
export async function testHead(
  model: TransferModel,
  dataset: Dataset,
  options: TrainingJobOptions & { readonly trained: TrainedHead },
): Promise<TrainingJobResult> {
  const { trained, signal, onWarning, now = clock } = options;
  const begin = now();
  const parts = sidesOf(dataset, { ...options, onWarning: undefined });
  const { train, validation, test } = readableSides(parts, { ...options, unreadable: trained.unreadable });
  const evaluation = await model.evaluate(test, { signal, onWarning });
  const { history, fineTuning, skipped, timings } = trained;
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
    timings: { ...timings, totalSeconds: timings.totalSeconds + (now() - begin) / 1000 },
  };
}

const clock = () => performance.now();

function sidesOf(dataset: Dataset, options: TrainingJobOptions): DatasetSplit {
  const { split, testSize, validationSize, seed, onWarning } = options;
  return split ?? splitDataset(dataset, { testSize, validationSize, seed, onWarning });
}

/** The sides without what could not be read. */
function readableSides(
  parts: DatasetSplit,
  options: { readonly unreadable: readonly string[]; readonly validateOnTest?: boolean | undefined },
) {
  const { validateOnTest = false } = options;
  const unreadable = new Set(options.unreadable);
  const readable = (part: Dataset): Dataset => ({
    ...part,
    samples: part.samples.filter(({ id }) => !unreadable.has(id)),
  });
  const [train, test] = [readable(parts.train), readable(parts.test)];
  /** The validation images that were asked for; the notebook had none. */
  const chosen = parts.validation && readable(parts.validation);
  return { train, test, chosen, validation: validateOnTest ? (chosen ?? test) : chosen };
}
