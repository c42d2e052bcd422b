import { UnsupportedLayerError } from '../errors.js';
import type { WeightTensor } from '../weights/weight-file.js';
import { activationConverters } from './convert-activation.js';
import { elementwise, rescaling } from './convert-arithmetic.js';
import { channelwiseConvolution, convolution, depthwiseConvolution } from './convert-convolution.js';
import { cropping } from './convert-cropping.js';
import { layerNormalization, normalization } from './convert-normalization.js';
import { globalPooling, keepdimsPooling, pooling } from './convert-pooling.js';
import { rectifier, relu } from './convert-rectifier.js';
import { reshape } from './convert-reshape.js';
import { customScale, layerScale } from './convert-scale.js';
import { separableConvolution } from './convert-separable-convolution.js';
import type { GraphBuilder, GraphValue } from './graph-builder.js';
import type { LayerConversion } from './layer-conversion.js';

/** Writes one kind of layer into the graph. */
export type LayerConverter = (builder: GraphBuilder, layer: LayerConversion) => GraphValue;

/** Layers that can be exported, by the class name that Keras and TensorFlow.js share. */
const converters: Readonly<Record<string, LayerConverter>> = {
  Activation: (builder, layer) =>
    activate(builder, { value: onlyInput(layer), activation: String(layer.config['activation']), layer: layer.name }),
  Add: elementwise('Add'),
  AveragePooling2D: pooling('AveragePool'),
  BatchNormalization: batchNormalization,
  ChannelwiseConv2D: channelwiseConvolution,
  Concatenate: concatenate,
  Conv2D: (builder, layer) => activated(builder, layer, convolution(builder, layer)),
  Cropping2D: cropping,
  CustomScaleLayer: customScale,
  Dense: (builder, layer) => activated(builder, layer, dense(builder, layer)),
  DepthwiseConv2D: (builder, layer) => activated(builder, layer, depthwiseConvolution(builder, layer)),
  Dropout: (_, layer) => onlyInput(layer),
  ELU: rectifier('Elu', 'alpha'),
  Flatten: flatten,
  GlobalAveragePooling2D: globalPooling('GlobalAveragePool'),
  GlobalMaxPooling2D: globalPooling('GlobalMaxPool'),
  KeepdimsAveragePooling: keepdimsPooling,
  LayerNormalization: layerNormalization,
  LayerScale: layerScale,
  LeakyReLU: rectifier('LeakyRelu', 'alpha'),
  MaxPooling2D: pooling('MaxPool'),
  Multiply: elementwise('Mul'),
  Normalization: normalization,
  ReLU: relu,
  Rescaling: rescaling,
  Reshape: reshape,
  SeparableConv2D: (builder, layer) => activated(builder, layer, separableConvolution(builder, layer)),
  Softmax: (builder, layer) => activate(builder, { value: onlyInput(layer), activation: 'softmax', layer: layer.name }),
  ThresholdedReLU: rectifier('ThresholdedRelu', 'theta'),
  ZeroPadding2D: zeroPadding,
};

/**
 * Writes one layer into the graph.
 * @throws UnsupportedLayerError if the layer, or an option of it, has no converter.
 */
export function convertLayer(builder: GraphBuilder, layer: LayerConversion): GraphValue {
  const convert = converters[layer.className];
  if (convert === undefined) {
    throw new UnsupportedLayerError(
      `layer "${layer.name}" is a ${layer.className}, which cannot be exported to ONNX; ` +
        `exportable are ${Object.keys(converters).join(', ')}; run this network on a tfjs engine instead`,
      { subject: layer.name },
    );
  }
  return convert(builder, layer);
}

function onlyInput(layer: LayerConversion): GraphValue {
  const [input] = layer.inputs;
  if (input === undefined || layer.inputs.length !== 1) {
    throw new RangeError(`layer "${layer.name}" has ${layer.inputs.length} inputs; expected one`);
  }
  return input;
}

function activated(builder: GraphBuilder, layer: LayerConversion, value: GraphValue): GraphValue {
  return activate(builder, {
    value,
    activation: (layer.config['activation'] as string | undefined) ?? 'linear',
    layer: layer.name,
  });
}

function activate(
  builder: GraphBuilder,
  options: { value: GraphValue; activation: string; layer: string },
): GraphValue {
  const convert = activationConverters[options.activation];
  if (convert === undefined) {
    throw new UnsupportedLayerError(
      `layer "${options.layer}" uses activation "${options.activation}", which cannot be exported to ONNX; ` +
        `exportable are ${Object.keys(activationConverters).join(', ')}`,
      { subject: options.layer },
    );
  }
  return { ...options.value, name: convert(builder, options.value) };
}

function dense(builder: GraphBuilder, layer: LayerConversion): GraphValue {
  const input = onlyInput(layer);
  const [kernel, bias] = layer.weights as [WeightTensor, WeightTensor | undefined];
  const product = builder.node('MatMul', [builder.channelsLast(input), builder.floats(kernel.shape, kernel.data)]);
  const name = bias === undefined ? product : builder.node('Add', [product, builder.floats(bias.shape, bias.data)]);
  return { name, shape: layer.outputShape, planar: false };
}

function flatten(builder: GraphBuilder, layer: LayerConversion): GraphValue {
  const input = onlyInput(layer);
  const source = input.planar && isOnePixel(input) ? input.name : builder.channelsLast(input);
  return { name: builder.node('Flatten', [source], { axis: 1 }), shape: layer.outputShape, planar: false };
}

function isOnePixel(value: GraphValue): boolean {
  return value.shape[0] === 1 && value.shape[1] === 1;
}

function concatenate(builder: GraphBuilder, layer: LayerConversion): GraphValue {
  const rank = layer.outputShape.length + 1;
  const asked = Number(layer.config['axis']);
  const axis = asked < 0 ? asked + rank : asked;
  const planar = layer.inputs.every((input) => input.planar);
  const names = layer.inputs.map((input) => (planar ? input.name : builder.channelsLast(input)));
  // Channels first: batch, channels, height, width.
  const planarAxis = [0, 2, 3, 1][axis] ?? axis;
  const name = builder.node('Concat', names, { axis: planar ? planarAxis : axis });
  return { name, shape: layer.outputShape, planar };
}

/** Batch normalisation as inference; the engine folds it into the convolution before it. */
function batchNormalization(builder: GraphBuilder, layer: LayerConversion): GraphValue {
  const input = onlyInput(layer);
  if (!input.planar && input.shape.length > 1) {
    throw new UnsupportedLayerError(
      `layer "${layer.name}" normalises a sequence, which cannot be exported to ONNX; run this network on a tfjs engine instead`,
      { subject: layer.name },
    );
  }
  const channels = layer.outputShape.at(-1) ?? 0;
  const weights = [...layer.weights];
  const take = (present: boolean, value: number) =>
    (present ? weights.shift()?.data : undefined) ?? new Float32Array(channels).fill(value);
  const gamma = take(layer.config['scale'] !== false, 1);
  const beta = take(layer.config['center'] !== false, 0);
  const constants = [gamma, beta, take(true, 0), take(true, 1)].map((data) => builder.floats([channels], data));
  const epsilon = { float: Number(layer.config['epsilon']) };
  return { ...input, name: builder.node('BatchNormalization', [input.name, ...constants], { epsilon }) };
}

function zeroPadding(builder: GraphBuilder, layer: LayerConversion): GraphValue {
  const input = onlyInput(layer);
  const padding = layer.config['padding'] as readonly [readonly [number, number], readonly [number, number]];
  const [[top, bottom], [left, right]] = padding;
  const pads = builder.integers([0, 0, top, left, 0, 0, bottom, right]);
  // onnxruntime (1.30 does, 1.32 no longer) folds zeros in front of a max pooling into the pooling's own padding, which is less
  // than any value: where all values are negative, zero must win. It leaves alone what is not zero.
  const value = layer.readers.includes('MaxPooling2D') ? [builder.floats([], Float32Array.of(1e-30))] : [];
  return { name: builder.node('Pad', [input.name, pads, ...value]), shape: layer.outputShape, planar: true };
}
