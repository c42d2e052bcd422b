import { crossValidate, getPreset, type CrossValidation } from '@graft-ml/core';
import { openGrouped } from '../datasets/open-training-data.js';
import { buildFromSettings } from './build-from-settings.js';
import { givenJobSettings, type TrainContext, type TrainSettings } from './train-folder.js';

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

/** What {@link crossValidateFolder} gives back. */
export interface CrossValidateFolderResult extends CrossValidation {
  readonly backbone: string;
  readonly head: string;
  readonly classNames: readonly string[];
  readonly engine: string;
}

/**
 * Cross-validates on a data set: `graft train DATASET --folds K`.
 * @throws RangeError for settings that have no meaning here.
 */
export async function crossValidateFolder(
  folder: string,
  settings: TrainSettings & { readonly folds: number },
  context: TrainContext,
): Promise<CrossValidateFolderResult> {
  const given = needless.filter((name) => settings[name] !== undefined);
  if (given.length > 0) {
    const flags = given.map((name) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`);
    throw new RangeError(`--folds tests every image and keeps no model: leave out ${flags.join(', ')}`);
  }
  const preset = settings.preset === undefined ? undefined : getPreset(settings.preset, settings).job;
  const { testSize: _, validateOnTest: _2, validationSize: _3, ...fit } = { ...preset, ...givenJobSettings(settings) };
  const dataset = await openGrouped(folder, settings, { ...context, images: context.runtime.images });
  const model = await buildFromSettings(settings, context);
  try {
    const { signal, onProgress, onNote: onWarning } = context;
    const { engine } = model.parts;
    const result = await crossValidate(model, dataset, {
      ...fit,
      nSplits: settings.folds,
      seed: settings.seed,
      signal,
      onProgress,
      onWarning,
    });
    const { backbone, headName: head } = model.parts;
    return { ...result, backbone: backbone.name, head, classNames: dataset.classNames, engine: engine.name };
  } finally {
    await model.dispose();
  }
}
