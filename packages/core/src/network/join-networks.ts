import { quoteNames } from '../errors.js';
import type { NetworkConfig } from './network-config.js';

/**
 * Puts a head onto a backbone: the head reads what the backbone gives.
 * @throws RangeError if both have a layer of the same name.
 */
export function joinNetworks(backbone: NetworkConfig, head: NetworkConfig): NetworkConfig {
  const taken = new Set(backbone.layers.map((layer) => layer.name));
  const headLayers = head.layers.filter((layer) => layer.name !== head.input);
  const clashes = headLayers.map((layer) => layer.name).filter((name) => taken.has(name));
  if (clashes.length > 0) {
    throw new RangeError(
      `head and backbone "${backbone.name}" both have layers named ${quoteNames(clashes)}; rename the head's`,
    );
  }
  const rewired = headLayers.map((layer) => ({
    ...layer,
    inputs: layer.inputs.map((name) => (name === head.input ? backbone.output : name)),
  }));
  return {
    name: backbone.name,
    layers: [...backbone.layers, ...rewired],
    input: backbone.input,
    output: head.output,
  };
}
