import type { WeightTensor } from '../weights/weight-file.js';
import { convolution, depthwiseConvolution } from './convert-convolution.js';
import type { GraphBuilder, GraphValue } from './graph-builder.js';
import type { LayerConversion } from './layer-conversion.js';

/** Keras' `SeparableConv2D`: a depthwise convolution without bias, then a 1×1 convolution. */
export function separableConvolution(builder: GraphBuilder, layer: LayerConversion): GraphValue {
  const [depthwise, pointwise, ...bias] = layer.weights as [WeightTensor, WeightTensor, WeightTensor?];
  const value = depthwiseConvolution(builder, { ...layer, weights: [depthwise] });
  const [height = 0, width = 0] = layer.outputShape;
  return convolution(builder, {
    ...layer,
    inputs: [{ ...value, shape: [height, width, pointwise.shape[2] ?? 0] }],
    config: { ...layer.config, strides: [1, 1], dilationRate: [1, 1], padding: 'valid' },
    weights: [pointwise, ...bias.filter((weight) => weight !== undefined)],
  });
}
