import type { LayersModel } from '@tensorflow/tfjs-layers';
import { WeightsError } from '../errors.js';
import { equalShapes, formatShapes, layerShapes } from './layer-shapes.js';
import type { NetworkWeights, WeightTensor } from './weight-file.js';

/** One layer with weights as a file of Keras' keeps it. */
export interface KerasLayer {
  readonly name: string;
  /** Keras' class: `Conv2D`. */
  readonly className: string;
  /** The `Sequential` that Keras keeps it in; undefined if none. */
  readonly container: string | undefined;
  /** In Keras' order. */
  readonly weights: readonly KerasWeight[];
}

/** One weight of a layer, with Keras' name: `kernel`, `gamma`, … */
export interface KerasWeight extends WeightTensor {
  readonly name: string;
}

/** Our layers that stand for one of Keras' of another name. */
const kerasClasses: Readonly<Record<string, string>> = { ChannelwiseConv2D: 'Conv2D' };

/**
 * Lists a network's weights as Keras has them, to write them into a file.
 *
 * @param network - The network; only its layers' names, classes and shapes are read.
 * @param weights - Values for each layer that has any.
 * @param containerOf - Tells which `Sequential` Keras keeps a layer in: a backbone's `kerasContainer`.
 * @throws WeightsError if a layer's weights are missing or have other shapes.
 * @example `kerasLayers(vgg16.build([224, 224]), weights)[0].className // 'Conv2D'`
 */
export function kerasLayers(
  network: LayersModel,
  weights: NetworkWeights,
  containerOf: (layer: string) => string | undefined = () => undefined,
): KerasLayer[] {
  return layerShapes(network).map(({ name, weights: shapes }) => {
    const values = weights.get(name) ?? [];
    const fits =
      values.length === shapes.length &&
      shapes.every(({ shape }, index) => equalShapes(shape, values[index]?.shape ?? []));
    if (!fits) {
      throw new WeightsError(
        `layer ${JSON.stringify(name)} of ${network.name} takes weights of shapes ${formatShapes(shapes)}, ` +
          `but was given ${values.length === 0 ? 'none' : formatShapes(values)}; give weights of this network`,
        { subject: name },
      );
    }
    const ownClass = network.getLayer(name).getClassName();
    return {
      name,
      className: kerasClasses[ownClass] ?? ownClass,
      container: containerOf(name),
      weights: values.map((value, index) => ({ ...value, name: shapes[index]?.name ?? '' })),
    };
  });
}
