import type { LayersModel } from '@tensorflow/tfjs-layers';
import { networkConfig } from './network-config.js';

/** Layers that draw random numbers while training; see Keras' regularisation layers. */
const drawing = new Set(['AlphaDropout', 'Dropout', 'GaussianDropout', 'GaussianNoise', 'SpatialDropout1D']);

/**
 * Where the frozen prefix can end: from the last frozen layer on past every layer that neither trains nor draws.
 * A head that begins by pooling is so pooled once for each image, and the cache holds the small pooled features.
 *
 * @param network - Backbone and head as one network.
 * @param lastFrozen - The last layer that is known to be frozen.
 * @returns The name of the prefix's last layer; never the network's output.
 */
export function findFreezeBoundary(network: LayersModel, lastFrozen: string): string {
  const config = networkConfig(network);
  let boundary = lastFrozen;
  for (;;) {
    const readers = config.layers.filter((layer) => layer.inputs.includes(boundary));
    const [next] = readers;
    if (next === undefined || readers.length > 1 || next.inputs.length > 1) return boundary;
    if (next.name === config.output || drawing.has(next.className)) return boundary;
    if (network.getLayer(next.name).countParams() > 0) return boundary;
    boundary = next.name;
  }
}
