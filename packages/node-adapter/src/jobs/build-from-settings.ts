import { buildTransferModel, getPreset, type TransferModel } from '@graft-ml/core';
import { given } from './given.js';
import type { TrainContext, TrainSettings } from './train-folder.js';

/** Builds the model that the flags of `graft train` describe; what they leave open is the preset's. */
export async function buildFromSettings(settings: TrainSettings, context: TrainContext): Promise<TransferModel> {
  const { runtime, signal, onProgress, onNote: onWarning } = context;
  const preset = settings.preset === undefined ? undefined : getPreset(settings.preset, settings);
  return buildTransferModel(settings.backbone, {
    ...preset?.build,
    ...given({
      weights: settings.weights,
      dialect: settings.dialect,
      head: settings.head,
      inputSize: settings.inputSize,
      preprocessing: settings.preprocessing,
      interpolation: settings.interpolation,
      resize: settings.resize,
      engine: settings.engine,
      precision: settings.precision,
      seed: settings.seed,
      signal,
      onProgress,
      onWarning,
    }),
    runtime,
  });
}
