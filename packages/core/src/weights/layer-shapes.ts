import type { LayersModel } from '@tensorflow/tfjs-layers';

/** One weight that a layer has: Keras' name for it (`kernel`, `bias`, `gamma`, …) and its shape. */
export interface WeightShape {
  readonly name: string;
  readonly shape: readonly number[];
}

/** The weights that one layer of a network has, in Keras' order. */
export interface LayerShapes {
  readonly name: string;
  readonly weights: readonly WeightShape[];
}

/**
 * Lists the layers of a network that have weights, in the network's order.
 * @example `layerShapes(model)[0] // { name: 'block1_conv1', weights: [{ name: 'kernel', shape: [3, 3, 3, 64] }, …] }`
 */
export function layerShapes(network: LayersModel): LayerShapes[] {
  return network.layers
    .filter((layer) => layer.weights.length > 0)
    .map((layer) => ({
      name: layer.name,
      weights: layer.weights.map((weight) => ({
        // tfjs names a weight `<layer>/<kernel>`, and the layer's own name may hold slashes.
        name: weight.originalName.slice(weight.originalName.lastIndexOf('/') + 1),
        shape: weight.shape.map(Number),
      })),
    }));
}

/** The number of values that a shape holds. */
export function countValues(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** True if both have the same rank and sizes. */
export function equalShapes(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

/** A shape for a message: `3×3×64×128`, `scalar`. */
function formatShape(shape: readonly number[]): string {
  return shape.length === 0 ? 'scalar' : shape.join('×');
}

/** The shapes of a layer's weights for a message: `3×3×64×128, 128`. */
export function formatShapes(weights: readonly { readonly shape: readonly number[] }[]): string {
  return weights.map(({ shape }) => formatShape(shape)).join(', ');
}
