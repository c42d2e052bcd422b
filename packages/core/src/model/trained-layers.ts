import type { KerasLayer } from '../weights/keras-layers.js';
import type { TransferModel } from './transfer-model.js';

/**
 * Lists all layers with weights of a trained model, backbone and head, to write them into one weights file.
 *
 * @param model - A model that knows its classes.
 * @returns Layers in the network's order, with Keras' names and classes.
 * @throws RangeError if the model has no classes yet.
 * @example `await writeWeightsFile('model.weights.h5', await trainedLayers(model))`
 */
export async function trainedLayers(model: TransferModel): Promise<KerasLayer[]> {
  const { gatherTrainedLayers } = await import('./gather-trained-layers.js');
  return gatherTrainedLayers(model);
}
