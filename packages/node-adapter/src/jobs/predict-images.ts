import {
  openPredictor,
  parseAugmentations,
  summarizePredictions,
  type LoadOptions,
  type PredictionSummary,
  type Predictions,
} from '@graft-ml/core';
import { listImages } from '../datasets/list-images.js';
import { writePredictionsCsv } from './write-predictions-csv.js';

/** Settings and surroundings of {@link predictImages}. */
export interface PredictImagesOptions extends LoadOptions {
  /** The class that all of the images should be. */
  readonly expect?: string | undefined;
  /** Views of each image whose scores are averaged. Default: 1. */
  readonly tta?: number | undefined;
  /** How the views are made, as `parseAugmentations` reads it. Default: mirrored, and turned a little. */
  readonly augment?: string | undefined;
  /** Decides the views. Default: the model's. */
  readonly seed?: number | undefined;
  /** A CSV file for the predictions. */
  readonly csv?: string | undefined;
}

/**
 * Classifies images with a saved model: the whole of `graft predict`.
 *
 * @param folder - The saved model.
 * @param inputs - Images, folders of images, and patterns.
 */
export async function predictImages(
  folder: string,
  inputs: readonly string[],
  options: PredictImagesOptions,
): Promise<Predictions & { readonly summary: PredictionSummary }> {
  const { expect: expected, csv, tta, augment, seed, signal, onProgress, onWarning } = options;
  const augmentation = augment === undefined ? undefined : parseAugmentations(augment);
  const images = await listImages(inputs);
  const predictor = await openPredictor(folder, options);
  try {
    const { classNames } = predictor;
    // Checked before the work: a label that the model does not know would be found out only at its end.
    summarizePredictions([], { classNames, expected });
    const { predictions, skipped } = await predictor.predict(images, {
      ...{ tta, augmentation, seed },
      signal,
      onWarning,
      onProgress: images.length > 1 ? onProgress : undefined,
    });
    if (csv !== undefined) await writePredictionsCsv(csv, { classNames, predictions });
    return { predictions, skipped, summary: summarizePredictions(predictions, { classNames, expected }) };
  } finally {
    await predictor.dispose();
  }
}
