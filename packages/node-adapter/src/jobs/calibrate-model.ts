import { saveCalibration, type ScoreCalibration, type SkippedImage } from '@graft-ml/core';
import type { ChosenThresholds, TemperatureScaling } from '@graft-ml/core/evaluation';
import { openDataset, type OpenDatasetOptions } from '../datasets/open-dataset.js';
import { calibrationStage, type CalibrationSettings } from './calibration-stage.js';
import { loadOptions, type RunContext } from './evaluate-model.js';
import { withModels } from './open-models.js';

/** Settings of {@link calibrateModel}: the flags of `graft calibrate`. */
export interface CalibrateSettings
  extends Omit<OpenDatasetOptions, 'signal'>, Omit<CalibrationSettings, 'temperatureScaling'> {
  readonly weights?: string | undefined;
  readonly engine?: string | undefined;
  /** Whether a temperature is fitted. Default: true. */
  readonly temperature?: boolean | undefined;
}

/** What {@link calibrateModel} gives back. */
export interface CalibrateModelResult {
  /** The saved model, which was changed. */
  readonly model: string;
  readonly images: number;
  readonly calibration: ScoreCalibration;
  /** Undefined if none was fitted. */
  readonly scaling: TemperatureScaling | undefined;
  /** Undefined if none were chosen. */
  readonly thresholds: ChosenThresholds | undefined;
  readonly skipped: readonly SkippedImage[];
}

/**
 * Fits a saved model's temperature, and chooses thresholds, on images that it was neither trained on nor will be tested on, and
 * saves them with the model: the whole of `graft calibrate`.
 *
 * @throws RangeError for settings that leave nothing to do or contradict each other; what `evaluateModel` throws.
 * @example `await calibrateModel('models/mine', 'validation', { settings: {}, context: { runtime } });`
 */
export async function calibrateModel(
  folder: string,
  location: string,
  { settings, context }: { readonly settings: CalibrateSettings; readonly context: RunContext },
): Promise<CalibrateModelResult> {
  const { temperature: temperatureScaling = true, root, columns, where } = settings;
  const stage = calibrationStage({ ...settings, temperatureScaling });
  if (stage === undefined) throw new RangeError('neither a temperature nor thresholds are asked for; ask for one');
  const { runtime, signal, onProgress, onNote: onWarning } = context;
  const dataset = await openDataset(location, { root, columns, where, signal });
  await runtime.openArtifact(folder).checkWritable();
  return withModels([folder], loadOptions({ ...settings, seed: 0 }, context), async ([model]) => {
    const run = { signal, onProgress, onWarning };
    const scaling = temperatureScaling ? await model!.calibrateTemperature(dataset, run) : undefined;
    const chosen = stage.thresholds && (await model!.chooseThresholds(dataset, { ...run, ...stage.thresholds }));
    const calibration = model!.calibration ?? {};
    const { predictions, skipped } = await model!.evaluate(dataset, { signal });
    await saveCalibration(folder, calibration, { runtime });
    return {
      model: folder,
      images: predictions.length,
      calibration,
      scaling,
      thresholds: chosen,
      skipped: [...(dataset.skipped ?? []), ...skipped],
    };
  });
}
