import {
  checkTrainingJob,
  describeArtifact,
  enginesNamed,
  getHead,
  getPreset,
  loadBackbone,
  type DatasetSplit,
  type Runtime,
} from '@graft-ml/core';
import { planFolds } from '@graft-ml/core/search';
import { openDataset } from '../datasets/open-dataset.js';
import { checkDataSettings, openGrouped } from '../datasets/open-training-data.js';
import { checkExtractFile, type ExtractSettings } from './extract-to-file.js';
import { checkPrediction, type PredictImagesOptions } from './predict-images.js';
import { openTrainingRun, trainingJobSettings, type TrainContext, type TrainSettings } from './train-folder.js';

// What a job would be refused for, found out where it is only handed on: before other machines begin with it.

/**
 * Checks the settings of an extraction.
 * @throws RangeError for what `extractToFile` would refuse without looking at images or weights.
 * @example `await checkExtractSettings({ backbone: 'vgg16', pooling: 'avg', engine: 'auto', seed: 42, out: 'f.npy' }, { runtime })`
 */
export async function checkExtractSettings(
  settings: ExtractSettings,
  { runtime }: { readonly runtime: Pick<Runtime, 'engines'> },
): Promise<void> {
  checkExtractFile(settings);
  await loadBackbone(settings.backbone);
  enginesNamed(runtime.engines, settings.engine);
}

/**
 * Checks the settings of a prediction against the saved model that it is of.
 * @throws RangeError for what `predictImages` would refuse without looking at images; ArtifactError for a model that is missing,
 *   damaged or newer than this library.
 * @example `await checkPredictSettings('models/mine', { expect: 'covid', runtime })`
 */
export async function checkPredictSettings(folder: string, options: PredictImagesOptions): Promise<void> {
  const { runtime, engine = 'auto' } = options;
  enginesNamed(runtime.engines, engine);
  checkPrediction(options, await describeArtifact(folder, { runtime }));
}

/**
 * Checks the settings of a training.
 * @throws RangeError for what `trainFolder` would refuse without looking at data or weights.
 * @example `await checkTrainSettings({ backbone: 'vgg16', fineTune: 'block5', engine: 'auto', seed: 42 }, { runtime })`
 */
export async function checkTrainSettings(
  settings: TrainSettings,
  context: {
    readonly runtime: Pick<Runtime, 'engines' | 'prepareBackend'>;
    /** The sides of the data, where they are known: whether there is one to calibrate on. */
    readonly split?: DatasetSplit | undefined;
  },
): Promise<void> {
  const { runtime, split } = context;
  const { preset, dialect } = settings;
  const job = trainingJobSettings(settings);
  checkDataSettings(settings);
  enginesNamed(runtime.engines, settings.engine);
  const named = await loadBackbone(settings.backbone);
  const backbone = named.torch?.find((network) => network.dialect === dialect)?.backbone ?? named;
  const head = getHead(settings.head ?? (preset && getPreset(preset).build.head) ?? 'default');
  const inputSize = settings.inputSize ?? backbone.inputSize;
  await runtime.prepareBackend('structure');
  await checkTrainingJob({ backbone, inputSize, head, headName: head.name, unfrozen: undefined }, { ...job, split });
}

/**
 * Checks that a training's data can be divided as its settings say. Where groups are found by looking at every image they are only
 * opened: that is work to be shared.
 *
 * @param settings.folds - Of a cross-validation. Default: one split.
 * @returns The sides, where they are known.
 * @throws What `trainFolder` or `crossValidateFolder` throws before it trains.
 */
export async function checkTrainingData(
  folder: string,
  settings: Omit<TrainSettings, 'backbone'> & { readonly folds?: number | undefined },
  context: TrainContext,
): Promise<DatasetSplit | undefined> {
  const { folds, root, columns, where, seed } = settings;
  const { runtime, signal, onNote: onWarning } = context;
  const grouping = checkDataSettings(settings);
  if (grouping?.by === 'near-duplicates' || grouping?.by === 'dicom-patient') {
    await openDataset(folder, { root, columns, where, signal });
  } else if (folds === undefined) {
    return (await openTrainingRun(folder, settings, context)).split;
  } else {
    const dataset = await openGrouped(folder, settings, { ...context, images: runtime.images });
    planFolds(dataset, { nSplits: folds, seed, onWarning });
  }
  return undefined;
}
