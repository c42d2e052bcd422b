import type { GraphBuilder, GraphValue } from './graph-builder.js';
import type { LayerConversion } from './layer-conversion.js';
import { windowPads, type Window } from './padding.js';

/** Keras' `MaxPooling2D` and `AveragePooling2D`; an average leaves padding out, in both. */
export function pooling(type: 'AveragePool' | 'MaxPool') {
  return (builder: GraphBuilder, layer: LayerConversion): GraphValue => {
    const [input] = layer.inputs as [GraphValue];
    const window: Window = {
      input: [input.shape[0] ?? 0, input.shape[1] ?? 0],
      size: layer.config['poolSize'] as [number, number],
      strides: layer.config['strides'] as [number, number],
      dilation: [1, 1],
    };
    const name = builder.node(type, [builder.channelsFirst(input)], {
      kernel_shape: window.size,
      strides: window.strides,
      pads: windowPads(String(layer.config['padding']), window),
    });
    return { name, shape: layer.outputShape, planar: true };
  };
}

/** Keras' `GlobalAveragePooling2D` and `GlobalMaxPooling2D`, to a vector. */
export function globalPooling(type: 'GlobalAveragePool' | 'GlobalMaxPool') {
  return (builder: GraphBuilder, layer: LayerConversion): GraphValue => {
    const [input] = layer.inputs as [GraphValue];
    const pooled = builder.node(type, [builder.channelsFirst(input)]);
    return { name: builder.node('Flatten', [pooled], { axis: 1 }), shape: layer.outputShape, planar: false };
  };
}

/** Keras' `GlobalAveragePooling2D(keepdims=True)`, to an image of one pixel. */
export function keepdimsPooling(builder: GraphBuilder, layer: LayerConversion): GraphValue {
  const [input] = layer.inputs as [GraphValue];
  return {
    name: builder.node('GlobalAveragePool', [builder.channelsFirst(input)]),
    shape: layer.outputShape,
    planar: true,
  };
}
