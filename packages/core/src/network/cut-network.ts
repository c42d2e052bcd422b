import type { LayersModel } from '@tensorflow/tfjs-layers';
import { quoteNames } from '../errors.js';
import { networkConfig, type LayerConfig, type NetworkConfig } from './network-config.js';

/** The two sides of a cut: `suffix(prefix(x))` is the whole network. */
export interface CutNetwork {
  readonly prefix: NetworkConfig;
  readonly suffix: NetworkConfig;
}

/**
 * Cuts a network behind one layer.
 *
 * @param network - The whole network.
 * @param boundary - The last layer of the prefix.
 * @throws RangeError if there is no such layer, or another connection crosses the cut.
 */
export function cutNetwork(network: LayersModel, boundary: string): CutNetwork {
  const config = networkConfig(network);
  const byName = new Map(config.layers.map((layer) => [layer.name, layer]));
  if (!byName.has(boundary)) {
    throw new RangeError(`"${config.name}" has no layer "${boundary}"; it has ${quoteNames(byName.keys())}`);
  }
  const inPrefix = ancestorsOf(boundary, byName);
  const prefixLayers = config.layers.filter((layer) => inPrefix.has(layer.name));
  const suffixLayers = config.layers.filter((layer) => !inPrefix.has(layer.name));
  for (const layer of suffixLayers) {
    const crossing = layer.inputs.find((name) => inPrefix.has(name) && name !== boundary);
    if (crossing !== undefined) {
      throw new RangeError(
        `"${config.name}" cannot be cut behind "${boundary}": "${layer.name}" also reads "${crossing}" from before the cut; ` +
          `cut where a block ends`,
      );
    }
  }
  const input = boundaryInput(network, boundary);
  const rewired = suffixLayers.map((layer) => ({
    ...layer,
    inputs: layer.inputs.map((name) => (name === boundary ? input.name : name)),
  }));
  return {
    prefix: { name: `${config.name}_prefix`, layers: prefixLayers, input: config.input, output: boundary },
    suffix: {
      name: `${config.name}_suffix`,
      layers: [input, ...rewired],
      input: input.name,
      output: boundary === config.output ? input.name : config.output,
    },
  };
}

function ancestorsOf(name: string, byName: ReadonlyMap<string, LayerConfig>): ReadonlySet<string> {
  const found = new Set<string>();
  const pending = [name];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    pending.push(...(byName.get(next)?.inputs ?? []));
  }
  return found;
}

function boundaryInput(network: LayersModel, boundary: string): LayerConfig {
  const name = 'boundary';
  return {
    name,
    className: 'InputLayer',
    config: { batchInputShape: [...network.getLayer(boundary).outputShape], dtype: 'float32', sparse: false, name },
    inputs: [],
  };
}
