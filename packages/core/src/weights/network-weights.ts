import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { NetworkWeights, WeightTensor } from './weight-file.js';

/** Copies the values out of a network's layers. */
export async function networkWeights(network: LayersModel): Promise<NetworkWeights> {
  const result = new Map<string, WeightTensor[]>();
  for (const layer of network.layers) {
    if (layer.weights.length === 0) continue;
    const values = layer.weights.map(async (weight): Promise<WeightTensor> => {
      const tensor = weight.read();
      // A copy: some backends hand out a view of memory that they use again.
      return { shape: [...tensor.shape], data: Float32Array.from(await tensor.data()) };
    });
    result.set(layer.name, await Promise.all(values));
  }
  return result;
}
