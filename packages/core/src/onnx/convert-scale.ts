import type { WeightTensor } from '../weights/weight-file.js';
import type { GraphBuilder, GraphValue } from './graph-builder.js';
import type { LayerConversion } from './layer-conversion.js';

/** Our `LayerScale`: a factor for each channel. */
export function layerScale(builder: GraphBuilder, layer: LayerConversion): GraphValue {
  const [input] = layer.inputs as [GraphValue];
  const [factors] = layer.weights as [WeightTensor];
  const shape = input.planar ? [factors.data.length, 1, 1] : factors.shape;
  return { ...input, name: builder.node('Mul', [input.name, builder.floats(shape, factors.data)]) };
}

/** Our `CustomScaleLayer`: the first input and a share of the second. */
export function customScale(builder: GraphBuilder, layer: LayerConversion): GraphValue {
  const planar = layer.inputs.every((input) => input.planar);
  const [shortcut, residual] = layer.inputs.map((input) => (planar ? input.name : builder.channelsLast(input)));
  const scale = builder.floats([], Float32Array.of(Number(layer.config['scale'])));
  const scaled = builder.node('Mul', [residual ?? '', scale]);
  return { name: builder.node('Add', [shortcut ?? '', scaled]), shape: layer.outputShape, planar };
}
