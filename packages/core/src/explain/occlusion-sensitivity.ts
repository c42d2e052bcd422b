import type { ImageReference } from '../image.js';
import type { TransferModel } from '../model/transfer-model.js';
import type { ExplainOptions } from './explain-options.js';
import type { HeatMap } from './heat-map.js';
import type { OcclusionOptions } from './occlusion-probe.js';

/** Options of {@link occlusionSensitivity}. */
export interface OcclusionSensitivityOptions extends ExplainOptions, OcclusionOptions {}

/**
 * Covers one part of an image after another, and shows where that makes the class's score fall. It asks the model as it predicts,
 * whatever it is made of, int8 included, and needs no gradients; but it takes some 170 runs of the network for each image. A part
 * that is told by its surroundings is not missed when it is covered; and a network that never saw grey squares may be misled by
 * them: compare two fills.
 *
 * @param model - A model that knows its classes. It stays as it is.
 * @param inputs - Paths, addresses or encoded bytes.
 * @returns A map for each image that could be read, in order: `height` × `width` about the input size ÷ stride.
 * @throws RangeError for an unknown class, or options out of range; DatasetError without images; ImageError for an image that
 *   cannot be read, unless `onSkipped` is given; EngineError; AbortedError.
 * @see Zeiler & Fergus 2014, "Visualizing and Understanding Convolutional Networks"
 * @example `const [map] = await occlusionSensitivity(model, ['a.jpg'], { patchSize: 32, stride: 16 })`
 */
export async function occlusionSensitivity(
  model: TransferModel,
  inputs: readonly ImageReference[],
  options: OcclusionSensitivityOptions = {},
): Promise<HeatMap[]> {
  const maps: HeatMap[] = [];
  for await (const map of streamOcclusionSensitivity(model, inputs, options)) maps.push(map);
  return maps;
}

/**
 * {@link occlusionSensitivity} for many images: one after another.
 *
 * @example `for await (const map of streamOcclusionSensitivity(model, paths)) console.log(map.peak);`
 */
export async function* streamOcclusionSensitivity(
  model: TransferModel,
  inputs: readonly ImageReference[],
  options: OcclusionSensitivityOptions = {},
): AsyncGenerator<HeatMap, void, undefined> {
  const { streamOcclusionMaps } = await import('./occlusion-maps.js');
  yield* streamOcclusionMaps(model, inputs, options);
}
