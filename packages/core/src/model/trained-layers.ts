import { instantiateNetwork, networkConfig } from '../network/network-config.js';
import { joinNetworks } from '../network/join-networks.js';
import { kerasLayers, type KerasLayer } from '../weights/keras-layers.js';
import { networkWeights } from '../weights/network-weights.js';
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
  const { parts, built } = model;
  // What was fine-tuned stands in the suffix, and so comes last.
  const weights = new Map([...parts.weights.values, ...(await networkWeights(built.suffix.network))]);
  await parts.runtime.prepareBackend('structure');
  const base = parts.backbone.build(parts.inputSize);
  const whole = instantiateNetwork(joinNetworks(networkConfig(base), built.head));
  try {
    return kerasLayers(whole, weights, parts.backbone.kerasContainer);
  } finally {
    whole.dispose();
    base.dispose();
  }
}
