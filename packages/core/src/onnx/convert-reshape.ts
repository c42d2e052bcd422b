import type { GraphBuilder, GraphValue } from './graph-builder.js';
import type { LayerConversion } from './layer-conversion.js';

/** Keras' `Reshape`: the elements in their order, channels last. */
export function reshape(builder: GraphBuilder, layer: LayerConversion): GraphValue {
  const [input] = layer.inputs as [GraphValue];
  const source = builder.channelsLast(input);
  const shape = layer.outputShape;
  const [height, width, channels] = shape;
  // One pixel has the same elements in both orders.
  if (shape.length === 3 && height === 1 && width === 1) {
    const name = builder.node('Reshape', [source, builder.integers([0, channels ?? 0, 1, 1])]);
    return { name, shape, planar: true };
  }
  const name = builder.node('Reshape', [source, builder.integers([0, ...shape])]);
  if (shape.length !== 3) return { name, shape, planar: false };
  return { name: builder.node('Transpose', [name], { perm: [0, 3, 1, 2] }), shape, planar: true };
}
