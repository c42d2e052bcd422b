import type { GraphBuilder, GraphValue } from './graph-builder.js';
import type { LayerConversion } from './layer-conversion.js';

/** Keras' `ReLU`, cut off at `maxValue` if it has one. */
export function relu(builder: GraphBuilder, layer: LayerConversion): GraphValue {
  const [input] = layer.inputs as [GraphValue];
  const ceiling = layer.config['maxValue'];
  if (typeof ceiling !== 'number') return { ...input, name: builder.node('Relu', [input.name]) };
  const bounds = [0, ceiling].map((bound) => builder.floats([], Float32Array.of(bound)));
  return { ...input, name: builder.node('Clip', [input.name, ...bounds]) };
}

/** A rectifier of one parameter: Keras' `LeakyReLU` and `ELU` (`alpha`), `ThresholdedReLU` (`theta`). */
export function rectifier(type: 'LeakyRelu' | 'Elu' | 'ThresholdedRelu', parameter: 'alpha' | 'theta') {
  return (builder: GraphBuilder, layer: LayerConversion): GraphValue => {
    const [input] = layer.inputs as [GraphValue];
    const alpha = { float: Number(layer.config[parameter]) };
    return { ...input, name: builder.node(type, [input.name], { alpha }) };
  };
}
