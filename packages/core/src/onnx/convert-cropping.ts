import type { GraphBuilder, GraphValue } from './graph-builder.js';
import type { LayerConversion } from './layer-conversion.js';

/** Keras' `Cropping2D`. */
export function cropping(builder: GraphBuilder, layer: LayerConversion): GraphValue {
  const [input] = layer.inputs as [GraphValue];
  const [[top], [left]] = layer.config['cropping'] as readonly [readonly [number, number], readonly [number, number]];
  const [height = 0, width = 0] = layer.outputShape;
  const bounds = [
    [top, left],
    [top + height, left + width],
    [2, 3],
  ].map((values) => builder.integers(values));
  const name = builder.node('Slice', [builder.channelsFirst(input), ...bounds]);
  return { name, shape: layer.outputShape, planar: true };
}
