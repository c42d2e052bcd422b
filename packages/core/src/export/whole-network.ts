import { backboneConfig } from '../model/build-network.js';
import type { TransferModel } from '../model/transfer-model.js';
import { joinNetworks } from '../network/join-networks.js';
import { networkWeights } from '../weights/network-weights.js';
import type { PlainNetwork } from './plain-network.js';

/** A trained model as one network, and what is needed to tell its parts apart. */
export interface WholeNetwork extends PlainNetwork {
  /** Names of the backbone's layers. */
  readonly backbone: ReadonlySet<string>;
}

/**
 * Joins backbone and head of a trained model, with the weights that it predicts with.
 * @throws RangeError before the model knows its classes.
 */
export async function wholeNetwork({ parts, built }: TransferModel): Promise<WholeNetwork> {
  await parts.runtime.prepareBackend('structure');
  const backbone = backboneConfig(parts);
  // What was fine-tuned stands in the suffix, and so comes last.
  const weights = new Map([...parts.weights.values, ...(await networkWeights(built.suffix.network))]);
  return {
    config: joinNetworks(backbone, built.head),
    weights,
    backbone: new Set(backbone.layers.map(({ name }) => name)),
  };
}
