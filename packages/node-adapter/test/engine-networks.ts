import { input, layers, model, type LayersModel, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import { preprocessings, seededWeights, type FrozenPrefix } from '@graft-ml/core';

type Build = (image: SymbolicTensor) => SymbolicTensor;

const through = (image: SymbolicTensor, ...steps: { apply(input: SymbolicTensor): unknown }[]): SymbolicTensor =>
  steps.reduce((value, layer) => layer.apply(value) as SymbolicTensor, image);

/** Networks that between them hold every layer the exporter knows, at odd sizes, where padding is easy to get wrong. */
export const engineNetworks: Record<string, Build> = {
  'plain convolutions, same and valid': (image) =>
    through(
      image,
      layers.conv2d({ filters: 5, kernelSize: 3, padding: 'same', activation: 'relu', name: 'a' }),
      layers.maxPooling2d({ poolSize: 2, strides: 2, name: 'b' }),
      layers.conv2d({
        filters: 4,
        kernelSize: [3, 2],
        strides: [2, 1],
        padding: 'valid',
        activation: 'tanh',
        name: 'c',
      }),
    ),
  'strides and pools with same padding': (image) =>
    through(
      image,
      layers.conv2d({ filters: 4, kernelSize: 4, strides: 3, padding: 'same', useBias: false, name: 'a' }),
      layers.averagePooling2d({ poolSize: 3, strides: 2, padding: 'same', name: 'b' }),
      layers.maxPooling2d({ poolSize: 2, strides: 1, padding: 'same', name: 'c' }),
    ),
  'dilation, padding layers, depthwise convolution, batch normalisation, relu6': (image) =>
    through(
      image,
      layers.zeroPadding2d({
        padding: [
          [0, 1],
          [2, 0],
        ],
        name: 'a',
      }),
      layers.conv2d({ filters: 4, kernelSize: 2, dilationRate: 2, padding: 'same', name: 'b' }),
      layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, padding: 'same', name: 'c' }),
      layers.batchNormalization({ name: 'd' }),
      layers.reLU({ maxValue: 6, name: 'e' }),
    ),
  'branches that meet by concatenation, sum and product': (image) => {
    const left = through(image, layers.conv2d({ filters: 3, kernelSize: 1, activation: 'sigmoid', name: 'left' }));
    const right = through(image, layers.conv2d({ filters: 3, kernelSize: 3, padding: 'same', name: 'right' }));
    const sum = layers.add({ name: 'sum' }).apply([left, right]) as SymbolicTensor;
    const product = layers.multiply({ name: 'product' }).apply([left, right]) as SymbolicTensor;
    return layers.concatenate({ name: 'both' }).apply([sum, left, product]) as SymbolicTensor;
  },
  'flattening a feature map, dense layers, softmax': (image) =>
    through(
      image,
      layers.averagePooling2d({ poolSize: 4, name: 'a' }),
      layers.flatten({ name: 'b' }),
      layers.dropout({ rate: 0.5, name: 'c' }),
      layers.dense({ units: 6, activation: 'relu', name: 'd' }),
      layers.batchNormalization({ name: 'e', scale: false }),
      layers.dense({ units: 3, useBias: false, name: 'f' }),
      layers.softmax({ name: 'g' }),
    ),
  'zeros around values of both signs, before max pooling': (image) =>
    through(
      image,
      layers.conv2d({ filters: 6, kernelSize: 3, name: 'a' }),
      layers.zeroPadding2d({ padding: 1, name: 'b' }),
      layers.maxPooling2d({ poolSize: 3, strides: 2, name: 'c' }),
    ),
  'separable convolutions, with and without bias, dilated': (image) =>
    through(
      image,
      layers.separableConv2d({ filters: 5, kernelSize: 3, strides: 2, padding: 'same', name: 'a' }),
      layers.separableConv2d({ filters: 4, kernelSize: 2, dilationRate: 2, useBias: false, name: 'b' }),
    ),
  'channels weighed by a small network on their averages': (image) => {
    const scaled = through(image, layers.rescaling({ scale: 1 / 127.5, offset: -1, name: 'scaled' }));
    const features = through(
      scaled,
      layers.conv2d({ filters: 4, kernelSize: 3, activation: 'hard_swish' as 'relu', name: 'features' }),
    );
    const weights = through(
      features,
      layers.globalAveragePooling2d({ name: 'average' }),
      layers.reshape({ targetShape: [1, 1, 4], name: 'pixel' }),
      layers.conv2d({ filters: 4, kernelSize: 1, activation: 'hard_sigmoid' as 'relu', name: 'weights' }),
    );
    const weighed = layers.multiply({ name: 'weighed' }).apply([features, weights]) as SymbolicTensor;
    const shifted = layers.add({ name: 'shifted' }).apply([weighed, weights]) as SymbolicTensor;
    return through(
      shifted,
      layers.reshape({ targetShape: [9, 11, 4], name: 'turned' }),
      layers.flatten({ name: 'flat' }),
    );
  },
  'rectifiers of all kinds': (image) => {
    const values = through(image, layers.conv2d({ filters: 4, kernelSize: 3, name: 'values' }));
    const kinds = [
      layers.reLU({ name: 'relu' }),
      layers.reLU({ maxValue: 2.5, name: 'ceiling' }),
      layers.leakyReLU({ alpha: 0.2, name: 'leaky' }),
      layers.elu({ name: 'elu' }),
      layers.thresholdedReLU({ theta: 0.5, name: 'thresholded' }),
    ];
    return layers.concatenate({ name: 'all' }).apply(kinds.map((kind) => through(values, kind))) as SymbolicTensor;
  },
  'dense layers on every pixel, layer normalisation, gelu, swish, cropping': (image) =>
    through(
      image,
      layers.conv2d({ filters: 6, kernelSize: 3, strides: 2, name: 'a' }),
      layers.layerNormalization({ epsilon: 1e-6, name: 'b' }),
      layers.dense({ units: 8, activation: 'gelu', name: 'c' }),
      layers.cropping2D({
        cropping: [
          [1, 0],
          [0, 2],
        ],
        name: 'd',
      }),
      layers.activation({ activation: 'swish', name: 'e' }),
      layers.conv2d({ filters: 4, kernelSize: 2, name: 'f' }),
      layers.layerNormalization({ name: 'g' }),
      layers.maxPooling2d({ poolSize: 2, strides: 1, name: 'h' }),
    ),
  'global pooling': (image) =>
    layers
      .concatenate({ name: 'c' })
      .apply([
        through(image, layers.globalAveragePooling2d({ name: 'a' })),
        through(image, layers.globalMaxPooling2d({ name: 'b' })),
      ]) as SymbolicTensor,
};

/** A prefix of such a network, on images of 13×11. */
export function prefixOf(build: Build): FrozenPrefix {
  const image = input({ shape: [13, 11, 3], name: 'image' });
  const network: LayersModel = model({ inputs: image, outputs: build(image), name: 'network' });
  const weights = seededWeights(network, { seed: 3, draw: 'everything' });
  return { network, weights, preprocessing: preprocessings.caffe, inputSize: [13, 11] };
}
