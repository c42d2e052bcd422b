import { WeightsError } from '../errors.js';
import { equalShapes, formatShapes, type LayerShapes } from './layer-shapes.js';
import type { NetworkWeights } from './weight-file.js';

/**
 * @param network - Its name, and its layers' shapes.
 * @throws WeightsError unless there is a weight for each of a network's, of its shape, and none besides.
 */
export function requireShapes(
  network: { readonly name: string; readonly layers: readonly LayerShapes[] },
  values: NetworkWeights,
): void {
  const { layers } = network;
  for (const { name, weights } of layers) {
    const given = values.get(name) ?? [];
    const fits =
      given.length === weights.length && weights.every(({ shape }, i) => equalShapes(shape, given[i]?.shape ?? []));
    if (!fits) {
      throw new WeightsError(
        `layer ${JSON.stringify(name)} of ${network.name} takes weights of shapes ${formatShapes(weights)}, ` +
          `but was given ${formatShapes(given) || 'none'}; give weights of this network`,
        { subject: name },
      );
    }
  }
  if (values.size !== layers.length) {
    throw new WeightsError(`${network.name} has ${layers.length} layers with weights, but there are ${values.size}`, {
      subject: network.name,
    });
  }
}
