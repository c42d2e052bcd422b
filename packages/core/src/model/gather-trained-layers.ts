import { instantiateNetwork, networkConfig } from '../network/network-config.js';
import { joinNetworks } from '../network/join-networks.js';
import { kerasLayers, type KerasLayer } from '../weights/keras-layers.js';
import { networkWeights } from '../weights/network-weights.js';
import type { TransferModel } from './transfer-model.js';

/** What `trainedLayers` does, once it is there. */
export async function gatherTrainedLayers(model: TransferModel): Promise<KerasLayer[]> {
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
