import { planFineTuning } from '../model/fine-tune.js';
import { fitDefaults } from '../model/fit-defaults.js';
import type { FitOptions } from '../model/fit-options.js';
import { fitSettings } from '../model/fit-settings.js';
import { refuseStepOptions, solverOfHead } from '../model/solve-suffix.js';
import type { JobModel, TrainingJobOptions } from './training-job.js';

/** What `checkTrainingJob` does, once it is there. */
export function checkJob(model: JobModel, options: Omit<TrainingJobOptions, 'seed'>): void {
  const { validateOnTest = false, validationSize, fineTune, calibration, split, ...rest } = options;
  const { testSize: _, ...fit } = rest;
  if (validateOnTest && validationSize !== undefined) {
    throw new RangeError('a validation size and validation on the test samples exclude each other; choose one');
  }
  // Images may name the sides that they stand on: without them nobody knows.
  if (calibration !== undefined && split !== undefined && split.validation === undefined) {
    throw new RangeError('temperature and thresholds are fitted on validation images; pass a validation size');
  }
  fitSettings(fit, fitDefaults);
  const solver = model.unfrozen === undefined ? solverOfHead(model) : undefined;
  if (solver !== undefined) refuseStepOptions(fit, solver);
  if (fineTune !== undefined) planFineTuning(model, { ...sharedByStages(fit), ...fineTune });
}

/** What the second stage takes over; callbacks belong to one stage. */
export function sharedByStages(fit: FitOptions): FitOptions {
  const { epochs: _, learningRate: _rate, decay: _decay, schedule: _schedule, callbacks: _callbacks, ...shared } = fit;
  return shared;
}
