import { UnsupportedLayerError } from '../errors.js';
import type { GraphBuilder, GraphValue } from './graph-builder.js';
import type { LayerConversion } from './layer-conversion.js';

/** Keras' `Add` and `Multiply`; a size of 1 stretches, as it does in TensorFlow.js. */
export function elementwise(type: 'Add' | 'Mul') {
  return (builder: GraphBuilder, layer: LayerConversion): GraphValue => {
    const rank = layer.outputShape.length;
    if (layer.inputs.some((input) => input.shape.length !== rank)) {
      const shapes = layer.inputs.map((input) => `[${input.shape.join(', ')}]`).join(', ');
      throw new UnsupportedLayerError(
        `layer "${layer.name}" combines shapes ${shapes} of different ranks, which cannot be exported to ONNX; ` +
          'reshape them to one rank, or run this network on a tfjs engine instead',
        { subject: layer.name },
      );
    }
    const planar = layer.inputs.every((input) => input.planar);
    const names = layer.inputs.map((input) => (planar ? input.name : builder.channelsLast(input)));
    const name = names.reduce((left, right) => builder.node(type, [left, right]));
    return { name, shape: layer.outputShape, planar };
  };
}

/** Keras' `Rescaling`: one factor and one offset, or one for each channel. */
export function rescaling(builder: GraphBuilder, layer: LayerConversion): GraphValue {
  const [input] = layer.inputs as [GraphValue];
  const constant = (value: unknown) => {
    const values = Float32Array.from([value as number | readonly number[]].flat());
    const perChannel = input.planar ? [values.length, 1, 1] : [values.length];
    return builder.floats(values.length === 1 ? [] : perChannel, values);
  };
  const scaled = builder.node('Mul', [input.name, constant(layer.config['scale'])]);
  return { ...input, name: builder.node('Add', [scaled, constant(layer.config['offset'] ?? 0)]) };
}
