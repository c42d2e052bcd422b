import { tensor } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { WeightsError } from '../errors.js';
import { equalShapes, formatShapes } from './layer-shapes.js';
import type { NetworkWeights } from './weight-file.js';

/** How {@link assignWeights} treats layers that `weights` lacks. */
export interface AssignWeightsOptions {
  /** Leave layers that `weights` lacks as they are (a head on a backbone's suffix). Default false: they are an error. */
  readonly partial?: boolean;
}

/**
 * Sets a network's weights. Entries for layers that the network lacks are ignored, so a part of a backbone takes the
 * whole backbone's weights.
 *
 * @param network - A model whose layers are named as in `weights`.
 * @throws WeightsError if a layer is missing or has other shapes; nothing is set then.
 * @example `assignWeights(model, seededWeights(model, { seed: 42 }))`
 */
export function assignWeights(
  network: LayersModel,
  weights: NetworkWeights,
  { partial = false }: AssignWeightsOptions = {},
): void {
  const pairs = network.layers.flatMap((layer) => {
    if (layer.weights.length === 0) return [];
    const values = weights.get(layer.name);
    if (values === undefined) {
      if (partial) return [];
      throw new WeightsError(
        `there are no weights for layer ${JSON.stringify(layer.name)} of ${network.name}; give weights of this network`,
        { subject: layer.name },
      );
    }
    const variables = layer.weights.map((variable) => ({ variable, shape: variable.shape.map(Number) }));
    const fits =
      variables.length === values.length &&
      variables.every(({ shape }, index) => equalShapes(shape, values[index]?.shape ?? []));
    if (!fits) {
      throw new WeightsError(
        `layer ${JSON.stringify(layer.name)} of ${network.name} takes weights of shapes ${formatShapes(variables)}, ` +
          `but was given ${formatShapes(values)}; give weights of this network`,
        { subject: layer.name },
      );
    }
    return variables.map(({ variable, shape }, index) => ({ variable, shape, values: values[index] }));
  });
  for (const { variable, shape, values } of pairs) {
    if (values === undefined) continue;
    const value = tensor(values.data, shape, 'float32');
    variable.write(value);
    value.dispose();
  }
}
